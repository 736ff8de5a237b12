import type { RunDetail } from '../../backend/contract'
import { flatten, parseParams } from '../../lib/params'
import type { RunTab } from '../../state/nav'

interface Tab {
  tab: RunTab
  label: string
  count: number | null
}

/** Parts that a run has; empty ones are left out. */
export function tabsOf(run: RunDetail): Tab[] {
  const metrics = run.metrics ?? []
  const system = metrics.filter((m) => m.system).length
  const logs = (run.sequences ?? []).some((s) => s.kind === 'logs')
  const tabs: (Tab & { there: boolean })[] = [
    { tab: 'overview', label: 'Overview', count: null, there: true },
    { tab: 'params', label: 'Params', count: flatten(parseParams(run.params)).length, there: true },
    { tab: 'metrics', label: 'Metrics', count: metrics.length - system, there: metrics.length > system },
    { tab: 'system', label: 'System', count: system, there: system > 0 },
    { tab: 'logs', label: 'Logs', count: null, there: logs },
    {
      tab: 'sequences',
      label: 'Sequences',
      count: (run.sequences ?? []).length,
      there: (run.sequences ?? []).length > 0,
    },
    { tab: 'problems', label: 'Problems', count: (run.problems ?? []).length, there: (run.problems ?? []).length > 0 },
  ]
  return tabs
    .filter((t) => t.there && (t.tab !== 'params' || t.count !== 0))
    .map(({ tab, label, count }) => ({ tab, label, count }))
}

/** From metrics of runs to charts: one a metric name, one line a run and context. */
import type { MetricInfo, SeriesRef } from '../../backend/contract'
import type { ChartLine } from '../../components/chart/props'
import { dashOf } from '../../lib/colour'
import { matcher } from '../../lib/search'
import { runKey } from '../../state/refs'

export interface ChartRun {
  key: string
  repository: string
  hash: string
  name: string
  live: boolean
}

export interface ChartSpec {
  name: string
  system: boolean
  lines: ChartLine[]
  refs: SeriesRef[]
  contexts: { label: string; dash: number[] }[]
  /** Changes when there is more to draw. */
  version: string
}

/** `{"subset":"val"}` as it is read: `subset=val`; '' for the empty context. */
export function contextLabel(context: string): string {
  try {
    const parsed: unknown = JSON.parse(context)
    if (typeof parsed !== 'object' || parsed === null) return context
    return Object.entries(parsed)
      .map(([k, v]) => `${k}=${typeof v === 'string' ? v : JSON.stringify(v)}`)
      .join(', ')
  } catch {
    return context
  }
}

export function buildCharts(
  metrics: readonly MetricInfo[],
  runs: readonly ChartRun[],
  shown: ReadonlySet<string>,
  colour: (key: string) => string,
): ChartSpec[] {
  const byKey = new Map(runs.map((r, i) => [r.key, { run: r, order: i }]))
  const byName = new Map<string, MetricInfo[]>()
  for (const m of metrics) {
    if (!shown.has(m.name) || !byKey.has(runKey({ repository: m.repository, hash: m.run }))) continue
    const list = byName.get(m.name)
    if (list === undefined) byName.set(m.name, [m])
    else list.push(m)
  }
  return [...byName]
    .map(([name, list]) => buildChart(name, list, byKey, colour))
    .sort((a, b) => metricRank(a.name) - metricRank(b.name) || a.name.localeCompare(b.name, 'en', { numeric: true }))
}

function buildChart(
  name: string,
  list: readonly MetricInfo[],
  byKey: ReadonlyMap<string, { run: ChartRun; order: number }>,
  colour: (key: string) => string,
): ChartSpec {
  const labels = [...new Set(list.map((m) => contextLabel(m.context)))].sort()
  const contexts = labels.map((label, i) => ({ label, dash: dashOf(i) }))
  const placed = list
    .flatMap((m) => {
      const key = runKey({ repository: m.repository, hash: m.run })
      const found = byKey.get(key)
      return found === undefined ? [] : [{ m, key, ...found }]
    })
    .sort((a, b) => b.order - a.order)
  const lines = placed.map(({ m, key, run }): ChartLine => {
    const context = contextLabel(m.context)
    return {
      id: `${key}#${m.contextId}`,
      colour: colour(key),
      dash: dashOf(labels.indexOf(context)),
      label: run.name,
      run: key,
      context,
      live: run.live,
    }
  })
  const refs = placed.map(({ m }) => ({ repository: m.repository, run: m.run, name: m.name, contextId: m.contextId }))
  const points = placed.reduce((n, { m }) => n + m.count, 0)
  return {
    name,
    system: list[0]?.system ?? false,
    lines,
    refs,
    contexts,
    version: `${lines.map((l) => l.id).join()}:${points}`,
  }
}

/** Losses and scores first, metrics of parts of the model later, the machine's last. */
export function metricRank(name: string): number {
  const lower = name.toLowerCase()
  if (lower.startsWith('__system__')) return 30
  const kind = /loss/.test(lower) ? 0 : /acc|f1|auc|score|bleu|perplex/.test(lower) ? 1 : 2
  return kind + (/[/.]/.test(lower) ? 10 : 0)
}

export function displayName(name: string): string {
  return name.replace(/^__system__/, '')
}

/** Which metrics are drawn: those picked, and those a pattern finds; all but the machine's when nothing is picked. */
export function shownMetrics(
  names: readonly { name: string; system: boolean }[],
  picked: readonly string[] | null,
  pattern: string,
): Set<string> {
  if (picked === null && pattern === '') return new Set(names.filter((n) => !n.system).map((n) => n.name))
  const match = matcher(pattern, 'regex')
  const chosen = new Set(picked ?? [])
  return new Set(
    names.filter((n) => chosen.has(n.name) || (pattern !== '' && match.score(n.name) > 0)).map((n) => n.name),
  )
}

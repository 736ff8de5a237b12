/** Params, facts and metrics of several runs side by side, differences first. */
import type { RunDetail } from '../../backend/contract'
import { formatDuration, formatNumber, toNumber } from '../../lib/format'
import { flatten, parseParams, showPath, showValue } from '../../lib/params'

export interface CompareRow {
  group: 'Run' | 'Params' | 'Metrics, last value'
  name: string
  /** One a run; null where a run has none. */
  values: (string | null)[]
  differs: boolean
}

export function compareRows(runs: readonly RunDetail[]): CompareRow[] {
  const rows: CompareRow[] = []
  const add = (group: CompareRow['group'], name: string, values: (string | null)[]) =>
    rows.push({ group, name, values, differs: new Set(values).size > 1 })
  add(
    'Run',
    'state',
    runs.map((r) => r.state),
  )
  add(
    'Run',
    'experiment',
    runs.map((r) => r.experiment),
  )
  add(
    'Run',
    'tags',
    runs.map((r) => ((r.tags ?? []).length === 0 ? null : r.tags.join(', '))),
  )
  add(
    'Run',
    'duration',
    runs.map((r) => (r.duration === null ? null : formatDuration(r.duration))),
  )
  const params = runs.map(
    (r) => new Map(flatten(parseParams(r.params)).map((p) => [showPath(p.path), showValue(p.value)])),
  )
  for (const [name, values] of union(params)) add('Params', name, values)
  const metrics = runs.map(
    (r) =>
      new Map(
        (r.metrics ?? [])
          .filter((m) => !m.system)
          .map((m) => [
            `${m.name}${m.context === '{}' ? '' : ` ${m.context}`}`,
            m.last === null ? '' : formatNumber(toNumber(m.last)),
          ]),
      ),
  )
  for (const [name, values] of union(metrics)) add('Metrics, last value', name, values)
  const order = ['Run', 'Params', 'Metrics, last value']
  // Sorting is stable: within each half the order of the params stays.
  return rows.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || Number(b.differs) - Number(a.differs))
}

function union(maps: readonly ReadonlyMap<string, string>[]): [string, (string | null)[]][] {
  const names = new Set(maps.flatMap((m) => [...m.keys()]))
  return [...names].map((name) => [name, maps.map((m) => m.get(name) ?? null)])
}

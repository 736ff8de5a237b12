/** Columns of made-up runs, and the values in them. */
import { literal } from '../../lib/aimql'
import type { Cell, ColumnInfo, RunState, ValueCount } from '../contract'
import { summarise } from './curves'
import type { FakeMetric, FakeRun } from './generate'

export interface Column {
  info: ColumnInfo
  value: (run: FakeRun) => Cell
}

const PROPERTIES: readonly [string, ColumnInfo['type'], (run: FakeRun) => Cell][] = [
  ['state', 'state', (r) => r.state],
  ['name', 'text', (r) => r.name],
  ['experiment', 'text', (r) => r.experiment],
  ['tags', 'tags', (r) => r.tags],
  ['created', 'time', (r) => r.created],
  ['duration', 'duration', (r) => (r.state === 'unreadable' ? null : (r.ended ?? r.lastRecord) - r.created)],
  ['ended', 'time', (r) => r.ended],
  ['lastRecord', 'time', (r) => r.lastRecord],
  ['hash', 'text', (r) => r.hash],
  ['description', 'text', (r) => r.description],
  ['archived', 'bool', (r) => r.archived],
]

const SUMMARIES = ['last', 'first', 'min', 'max', 'mean', 'count', 'lastStep'] as const

export const EVIDENCE: Record<RunState, string> = {
  finished: 'Aim recorded its end.',
  live: 'Its lock is held and it wrote 2 s ago.',
  stalled: 'It has no recorded end, nobody holds its lock, and nothing was written for hours.',
  unreadable: 'Its MANIFEST is damaged.',
}

export function buildColumns(runs: readonly FakeRun[]): Map<string, Column> {
  const out = new Map<string, Column>()
  for (const [key, type, value] of PROPERTIES)
    add(out, { key, group: 'property', path: [key], context: '', summary: '', type }, value, runs)
  const first = runs[0]
  if (first === undefined) return out
  for (const path of leaves(first.params)) {
    const value = (r: FakeRun) =>
      asCell(path.reduce<unknown>((v, k) => (v as Record<string, unknown> | undefined)?.[k], r.params))
    const sample = value(first)
    const type =
      typeof sample === 'number'
        ? 'number'
        : typeof sample === 'boolean'
          ? 'bool'
          : Array.isArray(sample)
            ? 'list'
            : 'text'
    add(out, { key: `params.${path.join('.')}`, group: 'param', path, context: '', summary: '', type }, value, runs)
  }
  const withMetrics = runs.find((r) => r.metrics.length > 0)
  withMetrics?.metrics.forEach((m, i) => {
    for (const summary of SUMMARIES) addMetric(out, m, i, summary, runs)
  })
  return out
}

function addMetric(
  out: Map<string, Column>,
  m: FakeMetric,
  index: number,
  summary: (typeof SUMMARIES)[number],
  runs: readonly FakeRun[],
) {
  const system = m.name.startsWith('__system__')
  const value = (r: FakeRun): Cell => {
    const metric = r.metrics[index]
    if (metric === undefined) return null
    const s = summarise(r, metric)
    if (summary === 'count') return metric.points
    if (summary === 'lastStep') return metric.points - 1
    const v = s[summary]
    return Number.isNaN(v) ? 'nan' : v
  }
  const context = m.context === '{}' ? '' : m.context.replace(/[{}"]/g, '').replace(/:/g, '=')
  add(
    out,
    {
      key: `metrics.${m.name}.${m.context}.${summary}`,
      group: system ? 'system' : 'metric',
      path: [system ? m.name.slice(10) : m.name],
      context,
      summary,
      type: 'number',
    },
    value,
    runs,
  )
}

function add(
  out: Map<string, Column>,
  info: Omit<ColumnInfo, 'present' | 'distinct'>,
  value: Column['value'],
  runs: readonly FakeRun[],
) {
  // A sample says enough about how a made-up column varies.
  const seen = new Set(runs.slice(0, 64).map((r) => JSON.stringify(value(r))))
  const missing = seen.delete('null')
  const present = missing ? Math.round(runs.length * 0.8) : runs.length
  const distinct = seen.size >= 40 ? Math.min(1000, runs.length) : seen.size
  out.set(info.key, { info: { ...info, present, distinct }, value })
}

function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([k, v]) => leaves(v, [...path, k]))
}

function asCell(value: unknown): Cell {
  if (value === undefined || value === null) return null
  if (Array.isArray(value)) return value.map(String)
  return value as Cell
}

/** Missing values and NaN sort last in both directions. */
export function compareCells(a: Cell, b: Cell, descending: boolean): number {
  const missing = (c: Cell) => c === null || c === 'nan'
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b))
  const sign = descending ? -1 : 1
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b)
  return sign * String(a).localeCompare(String(b), 'en', { numeric: true })
}

/** How often each value occurs; each tag counts. */
export function countValues(runs: readonly FakeRun[], column: Column | undefined): ValueCount[] {
  const counts = new Map<string, ValueCount>()
  for (const run of runs) {
    const value = column?.value(run) ?? null
    for (const v of Array.isArray(value) ? value : [value]) {
      if (v === null) continue
      const text = String(v)
      const known = counts.get(text)
      if (known === undefined) counts.set(text, { literal: literal(v), text, runs: 1 })
      else known.runs++
    }
  }
  return [...counts.values()].sort((a, b) => b.runs - a.runs).slice(0, 500)
}

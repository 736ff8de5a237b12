/**
 * Grouping of lines by fields: params and properties of the run, and keys of
 * the metric's context. The same value has the same colour in every session.
 */
import type { ColumnInfo, MetricInfo } from '../../backend/contract'
import { dashOf, RUN_COLOURS } from '../../lib/colour'
import type { Grouping } from '../../state/view'

/** Fields that name a key of the context begin so; all others are columns of the run. */
export const CONTEXT_FIELD = 'context.'

export interface Field {
  key: string
  title: string
  group: 'Run' | 'Params' | 'Context'
}

/** Properties with a value a run, or too many values to group by, are not offered. */
const PROPERTIES = ['experiment', 'tags', 'state', 'name', 'description', 'archived', 'repository', 'hash']

/** What lines can be grouped by, and what a tooltip can say of a run. */
export function fieldsOf(columns: readonly ColumnInfo[], metrics: readonly MetricInfo[]): Field[] {
  const run = columns
    .filter((c) => c.group === 'property' && PROPERTIES.includes(c.key))
    .map((c): Field => ({ key: c.key, title: c.path.join('.'), group: 'Run' }))
  const params = columns
    .filter((c) => c.group === 'param')
    .map((c): Field => ({ key: c.key, title: c.path.join('.'), group: 'Params' }))
  const keys = new Set(metrics.flatMap((m) => Object.keys(contextOf(m.context))))
  const context = [...keys].sort().map((k): Field => ({ key: CONTEXT_FIELD + k, title: k, group: 'Context' }))
  return [...context, ...params, ...run]
}

export function contextOf(context: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(context)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : {}
  } catch {
    return {}
  }
}

/** Columns of runs that the fields need. */
export function columnsOf(grouping: Grouping, tooltip: readonly string[]): string[] {
  const all = [...grouping.colour, ...grouping.stroke, ...grouping.facet, ...tooltip]
  return [...new Set(all)].filter((key) => !key.startsWith(CONTEXT_FIELD)).sort()
}

export const NO_VALUE = '–'

export function fieldValue(field: string, values: ReadonlyMap<string, string>, context: string): string {
  if (!field.startsWith(CONTEXT_FIELD)) return values.get(field) ?? NO_VALUE
  const value = contextOf(context)[field.slice(CONTEXT_FIELD.length)]
  return value === undefined ? NO_VALUE : typeof value === 'string' ? value : JSON.stringify(value)
}

/** `lr=0.1, optimizer=adam`: the last part of each field's name says enough. */
export function labelOf(fields: readonly string[], values: readonly string[]): string {
  return fields.map((f, i) => `${shortName(f)}=${values[i] ?? NO_VALUE}`).join(', ')
}

function shortName(field: string): string {
  const path = field.replace(/^(params|context)\./, '')
  return path.slice(path.lastIndexOf('.') + 1)
}

export const byValue = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

/** Labels of groups in the order in which they got their colours, by the fields they are of. */
export type KnownGroups = Readonly<Record<string, readonly string[]>>

/** Most labels remembered of one set of fields. */
const REMEMBERED = 200

export function fieldsKey(fields: readonly string[]): string {
  return fields.join('\n')
}

/** The known labels of some fields with those that are new, which come after them in order. */
export function learn(known: KnownGroups, fields: readonly string[], labels: Iterable<string>): readonly string[] {
  const before = known[fieldsKey(fields)] ?? []
  const added = [...new Set(labels)].filter((label) => !before.includes(label)).sort(byValue)
  return added.length === 0 ? before : [...before, ...added].slice(0, Math.max(before.length, REMEMBERED))
}

/** Colours by label: the palette in the order of the list, so that the first are furthest apart. */
export function coloursOf(list: readonly string[]): Map<string, string> {
  return new Map(list.map((label, i) => [label, RUN_COLOURS[i % RUN_COLOURS.length] ?? RUN_COLOURS[0]]))
}

export function dashesOf(labels: Iterable<string>): Map<string, number[]> {
  return new Map([...new Set(labels)].sort(byValue).map((label, i) => [label, dashOf(i)]))
}

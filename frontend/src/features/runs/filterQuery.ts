/** Conditions that a column's filter writes into the query. */
import type { ColumnInfo } from '../../backend/contract'
import { paramExpression, quote } from '../../lib/aimql'

const PROPERTIES: Record<string, string> = {
  name: 'run.name',
  hash: 'run.hash',
  experiment: 'run.experiment',
  description: 'run.description',
  archived: 'run.archived',
  duration: 'run.duration',
}

const SUMMARIES: Record<string, string> = {
  last: 'last',
  first: 'first',
  min: 'min',
  max: 'max',
  mean: 'mean',
  count: 'count',
  lastStep: 'last_step',
}

/** What a query calls the column; null when it has no name for it. */
export function columnExpression(info: ColumnInfo): string | null {
  if (info.group === 'property') return info.key === 'tags' ? 'run.tags' : (PROPERTIES[info.key] ?? null)
  if (info.summary === '') return paramExpression(info.path)
  const summary = SUMMARIES[info.summary]
  if (summary === undefined) return null
  const name =
    info.group === 'system' ? `__system__${info.path.join('.').replace(/^__system__/, '')}` : info.path.join('.')
  return `run.metrics[${quote(name)}${contextLiteral(info.key)}].${summary}`
}

/** The context stands in the key as JSON, which is a Python literal for plain values. */
function contextLiteral(key: string): string {
  const json = /\.(\{.*\})\.\w+$/.exec(key)?.[1] ?? '{}'
  return json === '{}' ? '' : `, ${json.replaceAll(':', ': ').replaceAll(',', ', ')}`
}

/** Any of some values, given as literals. */
export function valuesCondition(info: ColumnInfo, literals: readonly string[]): string | null {
  const left = columnExpression(info)
  const [only] = literals
  if (left === null || only === undefined) return null
  if (info.type === 'tags') {
    const each = literals.map((l) => `${l} in ${left}`)
    return each.length === 1 ? (each[0] ?? null) : `(${each.join(' or ')})`
  }
  return literals.length === 1 ? `${left} == ${only}` : `${left} in [${literals.join(', ')}]`
}

/** A range of numbers, either end open. */
export function rangeCondition(info: ColumnInfo, from: string, to: string): string | null {
  const left = columnExpression(info)
  const number = (text: string) => (text.trim() !== '' && Number.isFinite(Number(text)) ? text.trim() : null)
  const [a, b] = [number(from), number(to)]
  if (left === null || (a === null && b === null)) return null
  if (a !== null && b !== null) return `${a} <= ${left} <= ${b}`
  return a === null ? `${left} <= ${b}` : `${left} >= ${a}`
}

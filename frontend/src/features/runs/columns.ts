/** From the program's columns to the grid's: names, widths, and which are shown at first. */
import type { ColumnInfo } from '../../backend/contract'
import type { GridColumn } from '../../components/table/model'
import { formatCount } from '../../lib/format'

const PROPERTY_TITLES: Record<string, string> = {
  state: 'State',
  name: 'Name',
  experiment: 'Experiment',
  tags: 'Tags',
  created: 'Created',
  duration: 'Duration',
  ended: 'Ended',
  lastRecord: 'Last record',
  hash: 'Hash',
  description: 'Description',
  archived: 'Archived',
  repository: 'Repository',
}

const PROPERTY_WIDTHS: Record<string, number> = {
  state: 112,
  name: 196,
  experiment: 136,
  tags: 136,
  created: 128,
  ended: 128,
  lastRecord: 128,
  duration: 88,
  hash: 176,
  description: 240,
  repository: 120,
}

/** What comes first, in this order. */
const FIRST = ['state', 'name', 'experiment', 'tags', 'created', 'duration']
const MOST_METRICS = 6
const MOST_PARAMS = 12

export const SUMMARY_WORDS: Record<string, string> = {
  last: 'last',
  first: 'first',
  min: 'min',
  max: 'max',
  mean: 'mean',
  count: 'points',
  lastStep: 'last step',
}

/** Name of a column as one text: for headers of exports, for searching, for labels. */
export function columnTitle(info: ColumnInfo): string {
  if (info.group === 'property') return PROPERTY_TITLES[info.key] ?? info.path.join('.')
  const name = info.path.join('.')
  if (info.summary === '') return name
  const context = info.context === '' ? '' : ` {${info.context}}`
  return `${name}${context} ${SUMMARY_WORDS[info.summary] ?? info.summary}`
}

export function toGridColumn(info: ColumnInfo): GridColumn {
  const right = info.type === 'number' || info.type === 'duration'
  const hint = `${columnTitle(info)}\n${formatCount(info.present)} runs have it, ${info.distinct >= 1000 ? '1,000 or more' : formatCount(info.distinct)} different values`
  if (info.group === 'property') {
    return {
      key: info.key,
      title: PROPERTY_TITLES[info.key] ?? info.path.join('.'),
      prefix: '',
      suffix: '',
      hint,
      align: right ? 'right' : 'left',
      width: PROPERTY_WIDTHS[info.key] ?? 120,
    }
  }
  if (info.summary === '') {
    const title = info.path.at(-1) ?? info.key
    const prefix = info.path.slice(1, -1).join('.')
    const letters = title.length + prefix.length
    const width = Math.min(200, Math.max(right ? 80 : 96, 24 + letters * 7))
    return {
      key: info.key,
      title,
      prefix: prefix === '' ? '' : `${prefix}.`,
      suffix: '',
      hint,
      align: right ? 'right' : 'left',
      width,
    }
  }
  const suffix = [
    info.context.replace(/^\w+=/, ''),
    info.summary === 'last' ? '' : (SUMMARY_WORDS[info.summary] ?? info.summary),
  ]
    .filter(Boolean)
    .join(' ')
  const title = info.path.join('.')
  return {
    key: info.key,
    title,
    prefix: '',
    suffix,
    hint,
    align: 'right',
    width: Math.min(200, Math.max(88, 32 + (title.length + suffix.length) * 7)),
  }
}

/** Differing params first found, main metrics by their last value, after the properties. */
export function defaultColumns(all: readonly ColumnInfo[], several: boolean): string[] {
  const known = new Set(all.map((c) => c.key))
  const out = FIRST.filter((k) => known.has(k))
  if (several) out.splice(2, 0, 'repository')
  const metrics = all.filter((c) => c.group === 'metric' && c.summary === 'last')
  const most = metrics.reduce((n, c) => Math.max(n, c.present), 0)
  const main = metrics
    .filter((c) => c.present >= most / 2)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST_METRICS)
  const params = all
    .filter((c) => c.group === 'param' && c.distinct > 1)
    .sort((a, b) => a.path.length - b.path.length || b.present - a.present)
    .filter((c) => !/^(env|flags|__)/.test(c.path[0] ?? ''))
    .slice(0, MOST_PARAMS)
  const order = new Map(all.map((c, i) => [c.key, i]))
  params.sort((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0))
  return [...out, ...main.map((c) => c.key), ...params.map((c) => c.key)]
}

/** Losses and accuracies are looked at first; metrics of single layers last. */
function rank(info: ColumnInfo): number {
  const name = info.path.join('.').toLowerCase()
  const kind = /loss/.test(name) ? 0 : /acc|f1|auc|score|bleu|perplex/.test(name) ? 1 : 2
  return kind + (/[/.]/.test(name) ? 10 : 0)
}

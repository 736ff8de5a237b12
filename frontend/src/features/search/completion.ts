/** What can come next in a query, from the columns the runs have. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import type { ColumnInfo } from '../../backend/contract'
import { quote } from '../../lib/aimql'
import { plural } from '../../lib/format'

const PROPERTIES: readonly [string, string][] = [
  ['name', 'text'],
  ['hash', 'text'],
  ['experiment', 'text'],
  ['tags', 'list of texts'],
  ['description', 'text'],
  ['archived', 'True or False'],
  ['active', 'True or False'],
  ['created_at', 'time, UTC'],
  ['end_time', 'time, UTC'],
  ['duration', 'seconds'],
  ['metrics', 'metrics["name", {context}].last'],
]

const WORDS = ['run', 'metric', 'and', 'or', 'not', 'in', 'True', 'False', 'None', 'datetime']
const SUMMARIES = ['last', 'first', 'min', 'max', 'mean', 'count', 'last_step', 'first_step']

export type Completer = (context: CompletionContext) => CompletionResult | null

export function createCompleter(columns: () => readonly ColumnInfo[]): Completer {
  return (context) => {
    const before = context.state.sliceDoc(0, context.pos)
    const metric = /run\.metrics\[\s*(["']?)([^"'\]]*)$/.exec(before)
    if (metric) return metricNames(columns(), context.pos - (metric[2] ?? '').length - (metric[1] ?? '').length)
    if (/run\.metrics\[[^\]]*\]\.\w*$/.test(before)) {
      return options(
        context.pos - lastWord(before),
        SUMMARIES.map((label) => ({ label, type: 'property' })),
      )
    }
    const path = /run((?:\.\w+)*)\.(\w*)$/.exec(before)
    if (path) {
      const parents = (path[1] ?? '').split('.').filter(Boolean)
      return options(context.pos - (path[2] ?? '').length, children(columns(), parents))
    }
    if (/[.\w"']$/.test(before) === false && !context.explicit) return null
    if (/\.\w*$|["'][^"']*$/.test(before)) return null
    return options(
      context.pos - lastWord(before),
      WORDS.map((label) => ({ label, type: 'keyword' })),
    )
  }
}

function lastWord(text: string): number {
  return /\w*$/.exec(text)?.[0].length ?? 0
}

function options(from: number, list: Completion[]): CompletionResult {
  return { from, options: list, validFor: /^\w*$/ }
}

function children(columns: readonly ColumnInfo[], parents: readonly string[]): Completion[] {
  const seen = new Map<string, Completion>()
  if (parents.length === 0) {
    for (const [label, detail] of PROPERTIES) seen.set(label, { label, detail, type: 'property', boost: 1 })
  }
  for (const c of columns) {
    if (c.group !== 'param' || !parents.every((p, i) => c.path[i] === p)) continue
    const label = c.path[parents.length]
    if (label === undefined || seen.has(label) || !/^[A-Za-z]\w*$/.test(label)) continue
    const leaf = c.path.length === parents.length + 1
    seen.set(label, {
      label,
      detail: leaf ? `${c.type}, ${plural(c.present, 'run')}` : '…',
      type: leaf ? 'variable' : 'namespace',
    })
  }
  return [...seen.values()]
}

function metricNames(columns: readonly ColumnInfo[], from: number): CompletionResult {
  const seen = new Map<string, Completion>()
  for (const c of columns) {
    if (c.group !== 'metric') continue
    const name = c.path.join('.')
    const context =
      c.context === ''
        ? ''
        : `, {${c.context.replace(/(\w+)=([^,]+)/g, (_, k: string, v: string) => `${quote(k)}: ${quote(v)}`)}}`
    const label = `${quote(name)}${context}`
    if (!seen.has(label)) seen.set(label, { label, type: 'text' })
  }
  return { from, options: [...seen.values()], validFor: /^["'][^"']*$/ }
}

import { CompletionContext } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { expect, it } from 'vitest'
import type { ColumnInfo } from '../../backend/contract'
import { createCompleter } from './completion'

const column = (group: ColumnInfo['group'], path: string[], context = ''): ColumnInfo => ({
  key: path.join('.'),
  group,
  path,
  context,
  summary: group === 'metric' ? 'last' : '',
  type: 'number',
  present: 3,
  distinct: 2,
})

const columns = [
  column('param', ['hparams', 'lr']),
  column('param', ['hparams', 'optimizer', 'name']),
  column('param', ['hparams', 'not an identifier']),
  column('metric', ['loss'], 'subset=val'),
]

function complete(text: string): string[] {
  const state = EditorState.create({ doc: text })
  const result = createCompleter(() => columns)(new CompletionContext(state, text.length, false))
  return result?.options.map((o) => o.label) ?? []
}

it('offers properties and params after run.', () => {
  expect(complete('run.')).toEqual(expect.arrayContaining(['name', 'experiment', 'hparams']))
  expect(complete('run.hparams.')).toEqual(['lr', 'optimizer'])
  expect(complete('run.hparams.optimizer.')).toEqual(['name'])
})

it('offers metrics with their contexts, and their summaries', () => {
  expect(complete('run.metrics[')).toEqual(['"loss", {"subset": "val"}'])
  expect(complete('run.metrics["loss"].')).toContain('last')
})

it('offers words, but not inside of texts', () => {
  expect(complete('ru')).toContain('run')
  expect(complete('run.name == "ru')).toEqual([])
})

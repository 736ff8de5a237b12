import { expect, it } from 'vitest'
import type { ColumnInfo } from '../../backend/contract'
import { columnExpression, rangeCondition, valuesCondition } from './filterQuery'

const info = (part: Partial<ColumnInfo>): ColumnInfo => ({
  key: 'x',
  group: 'param',
  path: ['hparams', 'lr'],
  context: '',
  summary: '',
  type: 'number',
  present: 1,
  distinct: 2,
  ...part,
})
const loss = info({
  key: 'metrics.loss.{"subset":"val"}.min',
  group: 'metric',
  path: ['loss'],
  context: 'subset=val',
  summary: 'min',
})
const tags = info({ key: 'tags', group: 'property', path: ['tags'], type: 'tags' })

it('names columns as queries do', () => {
  expect(columnExpression(info({}))).toBe('run.hparams.lr')
  expect(columnExpression(loss)).toBe('run.metrics["loss", {"subset": "val"}].min')
  expect(columnExpression(info({ key: 'metrics.lr.last', group: 'metric', path: ['lr'], summary: 'last' }))).toBe(
    'run.metrics["lr"].last',
  )
  expect(columnExpression(info({ key: 'state', group: 'property', path: ['state'] }))).toBeNull()
})

it('asks for values', () => {
  expect(valuesCondition(info({}), ['0.1'])).toBe('run.hparams.lr == 0.1')
  expect(valuesCondition(info({}), ['0.1', '0.2'])).toBe('run.hparams.lr in [0.1, 0.2]')
  expect(valuesCondition(tags, ['"a"', '"b"'])).toBe('("a" in run.tags or "b" in run.tags)')
  expect(valuesCondition(info({}), [])).toBeNull()
})

it('asks for ranges', () => {
  expect(rangeCondition(loss, '0.1', '1e3')).toBe('0.1 <= run.metrics["loss", {"subset": "val"}].min <= 1e3')
  expect(rangeCondition(info({}), '', '2')).toBe('run.hparams.lr <= 2')
  expect(rangeCondition(info({}), '1', 'x')).toBe('run.hparams.lr >= 1')
  expect(rangeCondition(info({}), ' ', '')).toBeNull()
})

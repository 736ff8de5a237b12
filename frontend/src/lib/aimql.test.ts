import { expect, it } from 'vitest'
import { andAlso, literal, paramExpression } from './aimql'

it('writes params the way Aim reads them', () => {
  expect(paramExpression(['hparams', 'lr'])).toBe('run.hparams.lr')
  expect(paramExpression(['hparams', 'a b', 0])).toBe('run.hparams["a b"][0]')
  expect(paramExpression(['name'])).toBe('run["name"]')
  expect(paramExpression(['_private'])).toBe('run["_private"]')
})

it('writes literals', () => {
  expect(literal({ a: [1, null, true, 'x"y'] })).toBe('{"a": [1, None, True, "x\\"y"]}')
})

it('joins conditions', () => {
  expect(andAlso('', 'a == 1')).toBe('a == 1')
  expect(andAlso('b', 'a == 1')).toBe('b and a == 1')
  expect(andAlso('b or c', 'a == 1')).toBe('(b or c) and a == 1')
})

import { expect, it } from 'vitest'
import { flatten, parseParams, showPath, showValue } from './params'

it('flattens nested params to leaves', () => {
  const flat = flatten(parseParams('{"a":{"b":1,"c":[1,2]},"d":[{"e":null}],"f":{}}'))
  expect(flat.map((p) => `${showPath(p.path)}=${showValue(p.value)}`)).toEqual([
    'a.b=1',
    'a.c=[1,2]',
    'd[0].e=null',
    'f={}',
  ])
})

it('reads numbers JSON does not have', () => {
  expect(parseParams('{"a": NaN, "b": [-Infinity, 1], "c": "NaN, x"}')).toEqual({
    a: 'NaN',
    b: ['-Infinity', 1],
    c: 'NaN, x',
  })
  expect(parseParams('')).toEqual({})
})

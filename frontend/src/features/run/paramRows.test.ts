import { expect, it } from 'vitest'
import { matcher } from '../../lib/search'
import { flatRows, treeRows } from './paramRows'

const params = {
  hparams: { lr: 0.1, opt: { name: 'adam', betas: [0.9, 0.99] } },
  many: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, i])),
}
const everything = matcher('', 'fuzzy')

it('lists all leaves flat', () => {
  const rows = flatRows(params, everything)
  expect(rows).toHaveLength(53)
  expect(rows[1]?.name).toBe('hparams.opt.name')
})

it('folds branches with many leaves, and what is toggled', () => {
  const rows = treeRows(params, everything, new Set(), false)
  expect(rows.map((r) => [r.name, r.depth, r.open])).toEqual([
    ['hparams', 0, true],
    ['lr', 1, null],
    ['opt', 1, true],
    ['name', 2, null],
    ['betas', 2, null],
    ['many', 0, false],
  ])
  expect(rows.at(-1)?.leaves).toBe(50)
  const toggled = treeRows(params, everything, new Set(['["hparams","opt"]', '["many"]']), false)
  expect(toggled.find((r) => r.name === 'opt')?.open).toBe(false)
  expect(toggled.filter((r) => r.path[0] === 'many')).toHaveLength(51)
})

it('shows the way to what was searched, by key or value', () => {
  const rows = treeRows(params, matcher('adam', 'exact'), new Set(), true)
  expect(rows.map((r) => r.name)).toEqual(['hparams', 'opt', 'name'])
})

import { expect, it } from 'vitest'
import type { RunDetail } from '../../backend/contract'
import { compareRows } from './compareRows'

const run = (params: unknown): RunDetail =>
  ({
    state: 'finished',
    experiment: 'a',
    tags: [],
    duration: 60,
    params: JSON.stringify(params),
    metrics: [],
  }) as unknown as RunDetail

it('puts differing params first and marks what is missing', () => {
  const rows = compareRows([run({ same: 1, lr: 0.1 }), run({ same: 1, lr: 0.2, extra: 'x' })]).filter(
    (r) => r.group === 'Params',
  )
  expect(rows.map((r) => [r.name, r.values, r.differs])).toEqual([
    ['lr', ['0.1', '0.2'], true],
    ['extra', [null, 'x'], true],
    ['same', ['1', '1'], false],
  ])
})

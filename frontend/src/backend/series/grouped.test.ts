import { expect, it } from 'vitest'
import { binLine } from './bin'
import { encodeSeries, pointLine } from './encode'
import { groupSeries } from './grouped'
import { decodeSeries } from './wire'

const x = Float64Array.from({ length: 11 }, (_, i) => i)
const flat = (index: number, y: number) => pointLine(index, x, new Float64Array(11).fill(y))

it('has the lines of the groups first, then their edges', () => {
  const message = encodeSeries([flat(0, 1), flat(1, 3), flat(2, 10)])
  const lines = decodeSeries(groupSeries(message, [[0, 1], [2]], { middle: 'mean', spread: 'minmax' }, null, 100, {}))
  expect(lines.map((l) => l.index)).toEqual([0, 1, 2, 3, 4, 5])
  expect(lines.map((l) => (l.data.mode === 'points' ? l.data.y[5] : null))).toEqual([2, 10, 1, 3, 10, 10])
  expect(lines[0]).toMatchObject({ total: 11, inRange: 11 })
})

it('takes smoothed lines and passes over those that could not be read', () => {
  const smoothed = { ...flat(0, 5), layer: 'smoothed' as const }
  const broken = { ...flat(1, 100), status: 'unreadable' as const }
  const lines = decodeSeries(
    groupSeries(
      encodeSeries([flat(0, 1), smoothed, broken]),
      [[0, 1]],
      { middle: 'mean', spread: 'none' },
      null,
      9,
      {},
    ),
  )
  expect(lines).toHaveLength(1)
  expect(lines[0]?.data).toMatchObject({ y: new Float64Array(9).fill(5) })
})

it('says that there is more to see when lines are binned', () => {
  const many = Float64Array.from({ length: 5000 }, (_, i) => i)
  const binned = binLine(pointLine(0, many, many), null, 50)
  const [line] = decodeSeries(
    groupSeries(encodeSeries([binned]), [[0]], { middle: 'median', spread: 'none' }, null, 50, {}),
  )
  expect(line?.inRange).toBe(50)
  expect(line?.total).toBe(5000)
  expect(line?.xMax).toBe(4999)
})

import { describe, expect, it } from 'vitest'
import { aggregate, gridOf, interpolate, type Samples, samplesOf, studentT95 } from './aggregate'
import { pointLine } from './encode'
import type { WireLine } from './wire'

const line = (x: number[], y: number[]): Samples => ({ x: Float64Array.from(x), y: Float64Array.from(y) })
const list = (a: ArrayLike<number>) => Array.from(a)

describe('samples', () => {
  it('leave out what is not finite and put x in order', () => {
    const s = samplesOf(pointLine(0, Float64Array.of(2, 1, 3, 4), Float64Array.of(20, 10, Number.NaN, 40)))
    expect(list(s.x)).toEqual([1, 2, 4])
    expect(list(s.y)).toEqual([10, 20, 40])
  })

  it('of bins are their first and last values', () => {
    const bins: WireLine = {
      ...pointLine(0, Float64Array.of(), Float64Array.of()),
      data: {
        mode: 'bins',
        n: 2,
        x: Float64Array.of(0, 10),
        xLast: Float64Array.of(9, 10),
        yFirst: Float64Array.of(1, 3),
        yMin: Float64Array.of(0, 3),
        yMax: Float64Array.of(9, 3),
        yLast: Float64Array.of(2, 3),
        flags: new Uint8Array(2),
      },
    }
    const s = samplesOf(bins)
    expect(list(s.x)).toEqual([0, 9, 10])
    expect(list(s.y)).toEqual([1, 2, 3])
  })
})

describe('the grid', () => {
  it('has every place while they fit', () => {
    const grid = gridOf([line([0, 2], [0, 0]), line([1, 2, 9], [0, 0, 0])], [0, 5], 10)
    expect(list(grid.x)).toEqual([0, 1, 2])
    expect(grid.exact).toBe(true)
  })

  it('is even when there are more places than pixels, also in the logarithm', () => {
    const x = Array.from({ length: 1000 }, (_, i) => i + 1)
    expect(list(gridOf([line(x, x)], null, 4).x)).toEqual([1, 334, 667, 1000])
    const log = list(gridOf([line(x, x)], null, 4, { log: true }).x)
    expect(list(gridOf([line(x, x)], null, 5, { whole: true }).x)).toEqual([1, 251, 501, 750, 1000])
    expect(log.map((v) => Math.round(v))).toEqual([1, 10, 100, 1000])
  })
})

describe('interpolation', () => {
  it('follows the line, and ends where it ends', () => {
    const at = interpolate(line([1, 3, 3, 5], [10, 30, 40, 60]), Float64Array.of(0, 1, 2, 3, 4, 6))
    expect(list(at)).toEqual([Number.NaN, 10, 20, 40, 50, Number.NaN])
  })
})

describe('aggregates', () => {
  const lines = [line([0, 1, 2], [1, 1, 1]), line([0, 2], [2, 2]), line([0, 1], [6, 6])]
  const grid = Float64Array.of(0, 1, 2)

  it.each([
    ['mean', [3, 3, 1.5]],
    ['median', [2, 2, 1.5]],
    ['min', [1, 1, 1]],
    ['max', [6, 6, 2]],
  ] as const)('%s', (middle, expected) => {
    const a = aggregate(lines, grid, middle, 'none')
    expect(list(a.middle)).toEqual(expected)
    expect(list(a.n)).toEqual([3, 3, 2])
  })

  it.each([
    ['minmax', 1, 6],
    ['iqr', 1.5, 4],
    ['std', 3 - Math.sqrt(7), 3 + Math.sqrt(7)],
    ['stderr', 3 - Math.sqrt(7 / 3), 3 + Math.sqrt(7 / 3)],
    ['ci95', 3 - 4.303 * Math.sqrt(7 / 3), 3 + 4.303 * Math.sqrt(7 / 3)],
  ] as const)('with a band: %s', (spread, low, high) => {
    const a = aggregate(lines, grid, 'mean', spread)
    expect(a.low[0]).toBeCloseTo(low, 9)
    expect(a.high[0]).toBeCloseTo(high, 9)
  })

  it('of one line have no width', () => {
    const a = aggregate([line([0, 1], [4, 5])], Float64Array.of(0, 1), 'mean', 'ci95')
    expect(list(a.low)).toEqual([4, 5])
    expect(list(a.high)).toEqual([4, 5])
  })
})

it('knows Student’s t', () => {
  expect(studentT95(1)).toBe(12.706)
  expect(studentT95(11)).toBeCloseTo(2.201, 2)
  expect(studentT95(30)).toBeCloseTo(2.042, 3)
  expect(studentT95(1e6)).toBeCloseTo(1.96, 3)
})

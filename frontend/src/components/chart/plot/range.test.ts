import { describe, expect, it } from 'vitest'
import { pointLine } from '../../../backend/series/encode'
import { plotLine, toColumns, visible } from './columns'
import { calmExtent, offScale, padded, quantile, xExtent, yExtent } from './range'

const columns = (x: number[], y: number[]) =>
  toColumns(pointLine(0, Float64Array.from(x), Float64Array.from(y)), 'linear', 'linear')
const ramp = (n: number, f: (i: number) => number) => Array.from({ length: n }, (_, i) => f(i))
const ALL = { min: 0, max: 1e9 }

describe('extents', () => {
  it('leave out what is not finite', () => {
    const c = columns([0, 1, 2, 3, 4], [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -2])
    expect(xExtent([c])).toEqual({ min: 0, max: 4 })
    expect(yExtent([c], { min: 0, max: 10 })).toEqual({ min: -2, max: 1 })
    expect(yExtent([c], { min: 0, max: 3.5 })).toEqual({ min: 1, max: 1 })
  })

  it('are those of the x range in sight', () => {
    const c = columns(
      ramp(100, (i) => i),
      ramp(100, (i) => i * 2),
    )
    expect(yExtent([c], { min: 10, max: 20 })).toEqual({ min: 20, max: 40 })
  })

  it('between two points are those of the two', () => {
    const c = columns([0, 50, 100], [0, 10, 1000])
    expect(yExtent([c], { min: 60, max: 70 })).toEqual({ min: 10, max: 1000 })
  })

  it('of nothing are nothing', () => {
    expect(yExtent([columns([0], [Number.NaN])], ALL)).toBeNull()
    expect(xExtent([])).toBeNull()
  })

  it('get room, and a height when they have none', () => {
    expect(padded({ min: 0, max: 10 }, 0.1)).toEqual({ min: -1, max: 11 })
    expect(padded({ min: 5, max: 5 })).toEqual({ min: 4.5, max: 5.5 })
    expect(padded({ min: 0, max: 0 })).toEqual({ min: -1, max: 1 })
  })
})

describe('calmExtent', () => {
  it('leaves a spike out of the scale and counts it', () => {
    const c = columns(
      ramp(1000, (i) => i),
      ramp(1000, (i) => (i === 500 ? 1e6 : Math.sin(i))),
    )
    const extent = yExtent([c], ALL)
    if (!extent) throw new Error('expected an extent')
    const calm = calmExtent([c], ALL, extent)
    expect(calm.max).toBeLessThanOrEqual(1)
    expect(calm.max).toBeGreaterThan(0.99)
    expect(offScale([c], ALL, calm)).toBe(1)
  })

  it('keeps the start of a falling loss, which is no outlier', () => {
    const c = columns(
      ramp(500, (i) => i),
      ramp(500, (i) => 0.3 + 2 * Math.exp(-i / 60)),
    )
    const extent = yExtent([c], ALL)
    if (!extent) throw new Error('expected an extent')
    expect(calmExtent([c], ALL, extent)).toEqual(extent)
  })

  it('leaves a flat line and few points alone', () => {
    const flat = columns(
      ramp(50, (i) => i),
      ramp(50, () => 3),
    )
    expect(calmExtent([flat], ALL, { min: 3, max: 3 })).toEqual({ min: 3, max: 3 })
    const few = columns([0, 1, 2], [0, 1, 1000])
    expect(calmExtent([few], ALL, { min: 0, max: 1000 })).toEqual({ min: 0, max: 1000 })
  })
})

it('quantile interpolates', () => {
  expect(quantile(Float64Array.of(0, 10, 20), 0.25)).toBe(5)
})

describe('columns', () => {
  it('count what a log axis hides and break the line there', () => {
    const line = plotLine(pointLine(0, Float64Array.of(0, 1, 2, 3), Float64Array.of(10, 0, -5, 100)), 'linear', 'log')
    expect(line.columns.hidden).toBe(2)
    expect([...line.columns.yFirst]).toEqual([1, Number.NaN, Number.NaN, 2])
  })

  it('find what is in sight, with a neighbour at each side', () => {
    const c = columns(
      ramp(100, (i) => i),
      ramp(100, (i) => i),
    )
    expect(visible(c, { min: 10, max: 20 })).toEqual([9, 22])
    expect(visible(c, { min: -10, max: 200 })).toEqual([0, 100])
  })

  it('look at everything when x goes back', () => {
    const c = columns([0, 1, 2, 1, 2, 3], [0, 0, 0, 1, 1, 1])
    expect(c.sorted).toBe(false)
    expect(visible(c, { min: 2.5, max: 3 })).toEqual([0, 6])
  })

  it('draw bins that cross zero over their positive values', () => {
    const line = pointLine(0, Float64Array.of(0), Float64Array.of(1))
    const bin = {
      mode: 'bins' as const,
      n: 1,
      x: Float64Array.of(0),
      xLast: Float64Array.of(5),
      yFirst: Float64Array.of(10),
      yMin: Float64Array.of(-1),
      yMax: Float64Array.of(1000),
      yLast: Float64Array.of(-1),
      flags: Uint8Array.of(0),
    }
    const c = toColumns({ ...line, data: bin }, 'linear', 'log')
    expect([c.yMin[0], c.yMax[0], c.hidden]).toEqual([1, 3, 1])
  })
})

import { describe, expect, it } from 'vitest'
import { binLine } from '../../../backend/series/bin'
import { pointLine } from '../../../backend/series/encode'
import { toColumns } from './columns'
import { hitTest, nearestFinite, segmentDistance } from './hit'

const view = { x: { min: 0, max: 100 }, y: { min: 0, max: 100 } }
const size = { width: 1000, height: 1000 }
const columns = (x: number[], y: number[]) =>
  toColumns(pointLine(0, Float64Array.from(x), Float64Array.from(y)), 'linear', 'linear')

/** y up: the pixel of a value. */
const px = (x: number) => x * 10
const py = (y: number) => 1000 - y * 10

describe('hitTest', () => {
  const low = columns([0, 50, 100], [10, 10, 10])
  const high = columns([0, 50, 100], [20, 20, 20])

  it('finds the nearest line, and its point nearest in x', () => {
    const hit = hitTest([low, high], view, size, px(40), py(19), 24)
    expect(hit).toMatchObject({ line: 1, entry: 1, x: 50, y: 20 })
    expect(hit?.distance).toBeCloseTo(10)
  })

  it('finds nothing beyond its reach', () => {
    expect(hitTest([low, high], view, size, px(40), py(15), 24)).toBeNull()
    expect(hitTest([], view, size, 0, 0, 24)).toBeNull()
  })

  it('gives ties to the line on top', () => {
    expect(hitTest([low, low], view, size, px(20), py(10), 24)?.line).toBe(1)
  })

  it('does not see lines across gaps', () => {
    const broken = columns([0, 40, 50, 60, 100], [10, 10, Number.NaN, 10, 10])
    expect(hitTest([broken], view, size, px(50), py(10), 24)).toBeNull()
    expect(hitTest([broken], view, size, px(30), py(10), 24)?.entry).toBe(1)
  })

  it('sees a lone point', () => {
    const lone = columns([50], [50])
    expect(hitTest([lone], view, size, px(50) + 5, py(50) + 5, 24)?.entry).toBe(0)
  })

  it('reaches into bins from lowest to highest', () => {
    const n = 100_000
    const x = Float64Array.from({ length: n }, (_, i) => (100 * i) / (n - 1))
    const y = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 20 : 80))
    const bins = toColumns(binLine(pointLine(0, x, y), null, 1000), 'linear', 'linear')
    const hit = hitTest([bins], view, size, px(50), py(50), 24)
    expect(hit?.distance).toBe(0)
    expect([20, 80]).toContain(hit?.y)
  })

  it('works where x goes back', () => {
    const loop = columns([0, 60, 30, 90], [50, 50, 70, 70])
    expect(hitTest([loop], view, size, px(60), py(70), 24)).toMatchObject({ line: 0 })
  })
})

it('nearestFinite passes over what has no value', () => {
  const c = columns([0, 1, 2, 3, 4], [5, Number.NaN, Number.NaN, Number.NaN, 7])
  expect(nearestFinite(c, 2, 1.6)).toBe(0)
  expect(nearestFinite(c, 3, 2.5)).toBe(4)
  expect(nearestFinite(columns([0], [Number.NaN]), 0, 0)).toBe(-1)
})

it('segmentDistance is squared, to the nearest place of the segment', () => {
  expect(segmentDistance(0, 5, -10, 0, 10, 0)).toBe(25)
  expect(segmentDistance(13, 4, -10, 0, 10, 0)).toBe(25)
  expect(segmentDistance(0, 5, 0, 0, 0, 0)).toBe(25)
})

import { describe, expect, it } from 'vitest'
import { at, clampInside, fraction, fromScale, pan, toScale, zoom } from './scale'

const limits = { min: 0, max: 100 }

describe('scales', () => {
  it('log space has no place for what is not positive', () => {
    expect(toScale('log', 100)).toBe(2)
    expect(toScale('log', 0)).toBeNaN()
    expect(toScale('log', -1)).toBeNaN()
    expect(fromScale('log', 2)).toBe(100)
    expect(toScale('linear', -1)).toBe(-1)
  })

  it('fraction and at undo each other', () => {
    expect(at({ min: 10, max: 30 }, fraction({ min: 10, max: 30 }, 17))).toBeCloseTo(17)
  })
})

describe('zoom', () => {
  it('keeps what is under the pointer where it is', () => {
    const before = { min: 20, max: 60 }
    const after = zoom(before, 0.5, 0.25, limits)
    expect(at(after, 0.25)).toBeCloseTo(at(before, 0.25))
    expect(after.max - after.min).toBeCloseTo(20)
  })

  it('stops at the limits and at what a double can tell apart', () => {
    expect(zoom({ min: 20, max: 60 }, 10, 0.5, limits)).toEqual(limits)
    const tiny = { min: 50, max: 50 + 1e-10 }
    expect(zoom(tiny, 0.5, 0.5, limits)).toBe(tiny)
  })

  it('out near an edge slides instead of leaving the limits', () => {
    expect(zoom({ min: 0, max: 20 }, 2, 0.9, limits)).toEqual({ min: 0, max: 40 })
  })
})

describe('pan', () => {
  it('moves by a share of the width and stops at the edge', () => {
    expect(pan({ min: 20, max: 40 }, 0.5, limits)).toEqual({ min: 30, max: 50 })
    expect(pan({ min: 20, max: 40 }, -5, limits)).toEqual({ min: 0, max: 20 })
    expect(clampInside({ min: 90, max: 120 }, limits)).toEqual({ min: 70, max: 100 })
  })
})

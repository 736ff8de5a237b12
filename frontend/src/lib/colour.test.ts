import { describe, expect, it } from 'vitest'
import { assignColours, dashOf, hashText, RUN_COLOURS, runColour } from './colour'

function luminance(hex: string): number {
  const channel = (i: number) => {
    const v = Number.parseInt(hex.slice(i, i + 2), 16) / 255
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

function contrast(a: string, b: string): number {
  const [hi = 0, lo = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (hi + 0.05) / (lo + 0.05)
}

describe('run colours', () => {
  it('are stable', () => {
    expect(hashText('abc')).toBe(0x1a47e90b)
    expect(runColour('abc')).toBe(runColour('abc'))
  })

  it.each(RUN_COLOURS)('%s is seen on light and dark ground', (colour) => {
    expect(contrast(colour, '#ffffff')).toBeGreaterThan(2.6)
    expect(contrast(colour, '#1b1c1f')).toBeGreaterThan(3)
  })

  it('differ among runs shown together while there are colours left', () => {
    const hashes = Array.from({ length: RUN_COLOURS.length }, (_, i) => `run-${i}`)
    expect(new Set(assignColours(hashes).values()).size).toBe(RUN_COLOURS.length)
  })

  it('are shared evenly among many runs', () => {
    const counts = new Map<string, number>()
    const hashes = Array.from({ length: 120 }, (_, i) => `run-${i}`)
    for (const c of assignColours(hashes).values()) counts.set(c, (counts.get(c) ?? 0) + 1)
    expect([...counts.values()].every((n) => n === 10)).toBe(true)
  })

  it('draw the first context solid', () => {
    expect(dashOf(0)).toEqual([])
    expect(dashOf(6)).toEqual([])
    expect(dashOf(1)).not.toEqual([])
  })
})

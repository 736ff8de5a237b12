import { describe, expect, it } from 'vitest'
import { contrast, cssColour, luminance, parseColour } from './colour'
import { layOut, placeBeside } from './layout'
import { counted, formatFull, formatXRange } from './values'

const measure = (text: string) => text.length * 6
const y = { kind: 'linear' as const, format: 'number' as const, title: 'loss', interval: { min: 0, max: 1 } }
const x = { kind: 'linear' as const, format: 'whole' as const, title: 'step', interval: { min: 0, max: 60_000 } }

describe('layOut', () => {
  it.each([
    [1200, 600],
    [320, 180],
    [160, 110],
  ])('keeps the plot inside and the labels apart at %s by %s', (width, height) => {
    const { plot, xTicks } = layOut(width, height, x, y, measure)
    expect(plot.left).toBeGreaterThan(0)
    expect(plot.left + plot.width).toBeLessThanOrEqual(width)
    expect(plot.top + plot.height).toBeLessThan(height)
    const places = xTicks
      .filter((t) => t.label !== '')
      .map((t) => ({ at: (t.at / 60_000) * plot.width, w: measure(t.label) }))
    for (let i = 1; i < places.length; i++) {
      expect(places[i].at - places[i].w / 2).toBeGreaterThan(places[i - 1].at + places[i - 1].w / 2)
    }
    expect(places.length).toBeGreaterThanOrEqual(2)
  })

  it('does not shake while labels change their width a little', () => {
    const a = layOut(600, 300, x, { ...y, interval: { min: 0, max: 1 } }, measure)
    const b = layOut(600, 300, x, { ...y, interval: { min: 0.1, max: 1.2 } }, measure)
    expect(a.plot).toEqual(b.plot)
  })
})

describe('placeBeside', () => {
  const within = { left: 0, top: 0, width: 400, height: 300 }
  it.each([
    [50, 150],
    [390, 150],
    [200, 2],
    [200, 299],
  ])('keeps a box inside and off the point at %s, %s', (px, py) => {
    const box = { width: 120, height: 60 }
    const { left, top } = placeBeside(px, py, box, within)
    expect(left).toBeGreaterThanOrEqual(0)
    expect(left + box.width).toBeLessThanOrEqual(400)
    expect(top).toBeGreaterThanOrEqual(0)
    expect(top + box.height).toBeLessThanOrEqual(300)
    expect(px < left || px > left + box.width).toBe(true)
  })

  it('goes above or below where there is no room beside', () => {
    const box = { width: 300, height: 60 }
    expect(placeBeside(200, 200, box, within)).toEqual({ left: 50, top: 126 })
    expect(placeBeside(200, 40, box, within)).toEqual({ left: 50, top: 54 })
  })
})

describe('values', () => {
  it.each([
    [1234567.25, '1,234,567.25'],
    [0.1 + 0.2, '0.30000000000000004'],
    [-5e-324, '\u22125e-324'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '\u2212Inf'],
  ])('%s in full is %s', (value, text) => {
    expect(formatFull(value)).toBe(text)
  })

  it('are counted in words', () => {
    expect(counted(1, 'point')).toBe('1 point')
    expect(counted(60_000, 'point')).toBe('60,000 points')
  })

  it('a stretch of time says the date once', () => {
    const noon = Date.UTC(2026, 0, 5, 12) / 1000
    expect(formatXRange(noon, noon + 60, 'time', true)).toBe('Jan 5 2026 12:00:00 UTC \u2013 12:01:00 UTC')
    expect(formatXRange(1, 2000, 'linear', true)).toBe('1 \u2013 2,000')
  })
})

describe('colours', () => {
  it.each([
    ['#f00', 0xff0000],
    ['#336699', 0x336699],
    ['rgb(51, 102, 153)', 0x336699],
    ['rgba(51 102 153 / 0.5)', 0x336699],
    ['color(srgb 0.2 0.4 0.6)', 0x336699],
    ['what?', 0x808080],
  ])('%s is read', (text, rgb) => {
    expect(parseColour(text)).toBe(rgb)
  })

  it('contrast as WCAG has it', () => {
    expect(contrast(0xffffff, 0)).toBeCloseTo(21)
    expect(luminance(0x808080)).toBeCloseTo(0.2159, 3)
    expect(cssColour(0x336699, 0.5)).toBe('rgba(51,102,153,0.5)')
  })
})

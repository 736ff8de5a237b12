import { describe, expect, it } from 'vitest'
import {
  cellFull,
  cellText,
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatTime,
  fullNumber,
  plural,
  toNumber,
} from './format'

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.0123, '0.0123'],
    [0.012345678, '0.01235'],
    [1.2e-5, '1.2e-5'],
    [-1.25e-7, '−1.25e-7'],
    [0.1 + 0.2, '0.3'],
    [1, '1'],
    [12345, '12,345'],
    [1234.56, '1,234.6'],
    [123456789, '123,456,789'],
    [1.5e9, '1.5e9'],
    [98.7654, '98.77'],
    [-3.5, '−3.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%s → %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })

  it('keeps every digit in the full form', () => {
    expect(fullNumber(0.1 + 0.2)).toBe('0.30000000000000004')
    expect(fullNumber(Number.NaN)).toBe('nan')
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [0.32, '320 ms'],
    [2.5, '2.5 s'],
    [45, '45 s'],
    [60, '1 m'],
    [61, '1 m 1 s'],
    [11_520, '3 h 12 m'],
    [3600, '1 h'],
    [3605, '1 h'],
    [90_000, '1 d 1 h'],
    [Number.NaN, '–'],
  ])('%s s → %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })
})

describe('times, bytes and counts', () => {
  const now = new Date(2026, 2, 12, 15, 0, 0).getTime() / 1000

  it('says when, as a person would', () => {
    const at = (y: number, m: number, d: number) => formatTime(new Date(y, m, d, 14, 3).getTime() / 1000, now)
    expect(at(2026, 2, 12)).toBe('today 14:03')
    expect(at(2026, 2, 11)).toBe('yesterday 14:03')
    expect(at(2026, 0, 5)).toBe('5 Jan 14:03')
    expect(at(2024, 0, 5)).toBe('5 Jan 2024')
    expect(formatAgo(now - 3, now)).toBe('just now')
    expect(formatAgo(now - 125, now)).toBe('2 m ago')
  })

  it('counts and measures', () => {
    expect(formatBytes(999)).toBe('999 B')
    expect(formatBytes(1_234_567)).toBe('1.2 MB')
    expect(formatCount(10_000)).toBe('10,000')
    expect(plural(1, 'run')).toBe('1 run')
    expect(plural(2000, 'run')).toBe('2,000 runs')
  })
})

describe('cells', () => {
  it('shows short and copies full', () => {
    expect(cellText(0.123456, 'number')).toBe('0.1235')
    expect(cellFull(0.123456, 'number')).toBe('0.123456')
    expect(cellText('nan', 'number')).toBe('NaN')
    expect(cellFull('-inf', 'number')).toBe('-inf')
    expect(cellText(null, 'text')).toBe('–')
    expect(cellFull(null, 'text')).toBe('')
    expect(cellText(['a', 'b'], 'tags')).toBe('a, b')
    expect(cellText({ text: 'short', full: 'long' }, 'text')).toBe('short')
    expect(cellFull({ text: 'short', full: 'long' }, 'text')).toBe('long')
    expect(cellText(true, 'bool')).toBe('true')
    expect(cellText(11_520, 'duration')).toBe('3 h 12 m')
    expect(toNumber('inf')).toBe(Number.POSITIVE_INFINITY)
  })
})

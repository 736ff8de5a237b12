import { describe, expect, it } from 'vitest'
import { axisTicks, durationTicks, formatDuration, formatMoment, linearTicks, logTicks, timeTicks } from './ticks'

const labels = (ticks: { label: string }[]) => ticks.map((tick) => tick.label).filter((label) => label !== '')

describe('linearTicks', () => {
  it.each([
    [0, 1, 5, ['0', '0.2', '0.4', '0.6', '0.8', '1.0']],
    [0, 100, 5, ['0', '20', '40', '60', '80', '100']],
    [-1, 1, 4, ['\u22121.0', '\u22120.5', '0', '0.5', '1.0']],
    [0, 60_000, 6, ['0', '10,000', '20,000', '30,000', '40,000', '50,000', '60,000']],
    [0, 2_000_000, 4, ['0', '500,000', '1.0 M', '1.5 M', '2.0 M']],
    [0, 1e-5, 5, ['0', '2e-6', '4e-6', '6e-6', '8e-6', '1e-5']],
    [0.301, 0.304, 3, ['0.301', '0.302', '0.303', '0.304']],
  ])('of %s to %s for %s', (min, max, count, expected) => {
    expect(labels(linearTicks({ min, max }, count))).toEqual(expected)
  })

  it('of whole things are whole', () => {
    expect(labels(linearTicks({ min: 3, max: 5.5 }, 10, true))).toEqual(['3', '4', '5'])
  })

  it('tell apart values that differ in the seventh digit', () => {
    const got = labels(linearTicks({ min: 1_000_000, max: 1_000_010 }, 5))
    expect(new Set(got).size).toBe(got.length)
  })

  it('stay within the interval and evenly apart, whatever it is', () => {
    for (let k = -12; k <= 12; k++) {
      const interval = { min: -3.7 * 10 ** k, max: 8.1 * 10 ** k }
      const ticks = linearTicks(interval, 6)
      expect(ticks.length).toBeGreaterThanOrEqual(3)
      expect(ticks.length).toBeLessThanOrEqual(13)
      const step = ticks[1].at - ticks[0].at
      ticks.forEach((tick, i) => {
        expect(tick.at).toBeGreaterThanOrEqual(interval.min)
        expect(tick.at).toBeLessThanOrEqual(interval.max)
        expect(tick.at).toBeCloseTo(ticks[0].at + i * step, -k + 6)
      })
      expect(new Set(labels(ticks)).size).toBe(ticks.length)
    }
  })
})

describe('logTicks', () => {
  it('label decades, with minor ticks between', () => {
    const ticks = logTicks({ min: -3, max: 2 }, 6)
    expect(labels(ticks)).toEqual(['0.001', '0.01', '0.1', '1', '10', '100'])
    expect(ticks.length).toBe(6 + 5 * 8)
  })

  it('leave decades out when there are many', () => {
    expect(labels(logTicks({ min: -12, max: 12 }, 6)).length).toBeLessThanOrEqual(7)
  })

  it('add 2 and 5 in a short range, round values in a very short one', () => {
    expect(labels(logTicks({ min: 0, max: 1.2 }, 6))).toEqual(['1', '2', '5', '10'])
    expect(labels(logTicks({ min: Math.log10(2), max: Math.log10(4) }, 4))).toEqual(['2.0', '2.5', '3.0', '3.5', '4.0'])
  })
})

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [0.25, '0.25 s'],
    [90, '1 m 30 s'],
    [3600, '1 h'],
    [11_520, '3 h 12 m'],
    [108_000, '1 d 6 h'],
    [-90, '\u22121 m 30 s'],
  ])('%s is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it('have ticks on whole minutes and hours', () => {
    expect(labels(durationTicks({ min: 0, max: 600 }, 5))).toEqual(['0 s', '2 m', '4 m', '6 m', '8 m', '10 m'])
    expect(labels(durationTicks({ min: 0, max: 4 * 3600 }, 4))).toEqual(['0 s', '1 h', '2 h', '3 h', '4 h'])
  })
})

describe('timeTicks', () => {
  const noon = Date.UTC(2026, 2, 28, 12) / 1000

  it('name the date once, and again when it changes', () => {
    const ticks = timeTicks({ min: noon, max: noon + 86400 }, 4, true)
    expect(ticks.map((tick) => tick.label)).toEqual(['12:00', '18:00', '00:00', '06:00', '12:00'])
    expect(ticks.map((tick) => tick.sub)).toEqual(['Mar 28', undefined, 'Mar 29', undefined, undefined])
  })

  it('go down to seconds and up to months', () => {
    expect(timeTicks({ min: noon, max: noon + 10 }, 5, true)[1].label).toBe('12:00:02')
    const year = timeTicks({ min: noon, max: noon + 400 * 86400 }, 5, true)
    expect(year.map((tick) => tick.label)).toEqual(['Apr 2026', 'Jul 2026', 'Oct 2026', 'Jan 2027', 'Apr 2027'])
  })

  it('in local time fall on local midnight', () => {
    for (const tick of timeTicks({ min: noon, max: noon + 10 * 86400 }, 5, false)) {
      expect(new Date(tick.at * 1000).getHours()).toBe(0)
    }
  })

  it('moments are stated in full', () => {
    expect(formatMoment(noon + 1.5, true)).toBe('Mar 28 2026 12:00:01.500 UTC')
  })
})

describe('axisTicks', () => {
  it('takes the logarithm before the format', () => {
    expect(labels(axisTicks('log', 'duration', { min: 0, max: 3 }, 4))).toEqual(['1', '10', '100', '1,000'])
  })
})

/** Ticks that land on round numbers, and their labels. */
import { fromScale, type Interval, type ScaleKind } from './scale'

export interface Tick {
  /** In scale space. */
  at: number
  /** Empty for a minor tick. */
  label: string
  /** Changes of day and the like: shown on a second line. */
  sub?: string
}

/** The round step (1, 2, 5 x 10^k) that gives about `count` steps. */
export function roundStep(width: number, count: number): number {
  const raw = width / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(raw))
  const lead = raw / power
  return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power
}

/** Multiples of step inside the interval, computed without drift. */
export function multiples(interval: Interval, step: number): number[] {
  const first = Math.ceil(interval.min / step - 1e-9)
  const last = Math.floor(interval.max / step + 1e-9)
  const out: number[] = []
  for (let i = first; i <= last && out.length < 1000; i++) out.push(roundTo(i * step, step))
  return out
}

/** Cuts binary noise: 0.30000000000000004 with step 0.1 is 0.3. */
function roundTo(value: number, step: number): number {
  const digits = Math.ceil(-Math.log10(step)) + 1
  if (digits <= 0) return Math.round(value)
  return digits > 20 ? value : Number(value.toFixed(digits))
}

/** `whole`: only integers (steps, epochs). */
export function linearTicks(interval: Interval, count: number, whole = false): Tick[] {
  let step = roundStep(interval.max - interval.min, count)
  if (whole && step < 1) step = 1
  if (!(step > 0) || !Number.isFinite(step)) return []
  return multiples(interval, step).map((value) => ({ at: value, label: formatTick(value, step) }))
}

/** Formats a tick with as many decimals as its step needs. */
export function formatTick(value: number, step: number): string {
  const size = Math.max(Math.abs(value), step)
  if (value === 0) return '0'
  if (size >= 1e6 || size < 1e-4) {
    const digits = Math.max(0, Math.floor(Math.log10(Math.abs(value)) + 1e-9) - Math.floor(Math.log10(step) + 1e-9))
    if (size >= 1e6 && size < 1e15) return siTick(value, step)
    return scientific(value, Math.min(digits, 12))
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return grouped(value.toFixed(Math.min(decimals, 12)))
}

const SI: readonly [number, string][] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
]

function siTick(value: number, step: number): string {
  for (const [unit, letter] of SI) {
    if (Math.abs(value) >= unit || unit === 1e6) {
      const decimals = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9))
      if (decimals > 4) return grouped(value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9))))
      return `${(value / unit).toFixed(decimals)} ${letter}`
    }
  }
  return String(value)
}

function scientific(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits).split('e')
  return `${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}e${exponent.replace('+', '')}`
}

function grouped(text: string): string {
  const [whole, rest] = text.split('.')
  const sign = whole.startsWith('-') ? '\u2212' : ''
  const digits = sign === '' ? whole : whole.slice(1)
  const body = digits.length > 3 ? digits.replace(/\B(?=(\d{3})+$)/g, ',') : digits
  return sign + body + (rest === undefined ? '' : `.${rest}`)
}

/** Decades with labels, 2 to 9 between them as minor ticks where there is room. */
export function logTicks(interval: Interval, count: number): Tick[] {
  const decades = interval.max - interval.min
  if (decades < 0.7) return denseLogTicks(interval, count)
  const stride = Math.max(1, Math.ceil(decades / Math.max(1, count)))
  const out: Tick[] = []
  const first = Math.floor(interval.min)
  const labelTwoFive = decades < 2 && count >= 4
  for (let power = first; power <= interval.max; power++) {
    if (power >= interval.min - 1e-9) {
      const labelled = ((power % stride) + stride) % stride === 0
      out.push({ at: power, label: labelled ? powerLabel(power) : '' })
    }
    if (stride > 1) continue
    for (let digit = 2; digit < 10; digit++) {
      const at = power + Math.log10(digit)
      if (at < interval.min || at > interval.max) continue
      const shown = labelTwoFive && (digit === 2 || digit === 5)
      out.push({ at, label: shown ? decimalLabel(digit, power) : '' })
    }
  }
  return out
}

/** Less than a decade in sight: round values, placed by their logarithm. */
function denseLogTicks(interval: Interval, count: number): Tick[] {
  const range = { min: fromScale('log', interval.min), max: fromScale('log', interval.max) }
  return linearTicks(range, count).flatMap((tick) =>
    tick.at > 0 ? [{ at: Math.log10(tick.at), label: tick.label }] : [],
  )
}

function powerLabel(power: number): string {
  if (power >= -3 && power <= 5) return decimalLabel(1, power)
  return `1e${power}`
}

function decimalLabel(digit: number, power: number): string {
  if (power < -3 || power > 5) return `${digit}e${power}`
  return power < 0 ? (digit * 10 ** power).toFixed(-power) : grouped(String(digit * 10 ** power))
}

export type AxisFormat = 'number' | 'whole' | 'duration' | 'time-local' | 'time-utc'

/** The ticks of an axis. count: how many labels there is room for. */
export function axisTicks(kind: ScaleKind, format: AxisFormat, interval: Interval, count: number): Tick[] {
  if (kind === 'log') return logTicks(interval, count)
  if (format === 'duration') return durationTicks(interval, count)
  if (format === 'time-local') return timeTicks(interval, count, false)
  if (format === 'time-utc') return timeTicks(interval, count, true)
  return linearTicks(interval, count, format === 'whole')
}

const MINUTE = 60
const HOUR = 3600
const DAY = 86400
const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400]

/** Seconds as a length of time: 0.5 s, 3 m 20 s, 2 h, 1 d 6 h. */
export function durationTicks(interval: Interval, count: number): Tick[] {
  const raw = (interval.max - interval.min) / Math.max(1, count)
  let step: number
  if (raw <= 1) step = roundStep(interval.max - interval.min, count)
  else if (raw > DAY) step = Math.max(1, roundStep((interval.max - interval.min) / DAY, count)) * DAY
  else step = CLOCK_STEPS.find((s) => s >= raw) ?? DAY
  return multiples(interval, step).map((at) => ({ at, label: formatDuration(at, step) }))
}

/** A duration with no part finer than step. */
export function formatDuration(seconds: number, step = 0): string {
  if (seconds < 0) return `\u2212${formatDuration(-seconds, step)}`
  if (seconds < MINUTE) return secondsLabel(seconds, step)
  const parts: string[] = []
  let rest = step >= 1 ? Math.round(seconds) : seconds
  for (const [unit, letter] of [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
  ] as const) {
    const n = Math.floor(rest / unit)
    if (n > 0) parts.push(`${n} ${letter}`)
    rest -= n * unit
    if (parts.length === 2) return parts.join(' ')
  }
  if (rest > 0 && parts.length < 2 && seconds < HOUR) parts.push(secondsLabel(rest, step))
  return parts.join(' ')
}

function secondsLabel(seconds: number, step: number): string {
  if (seconds === 0) return '0 s'
  const unit = step > 0 ? step : seconds / 1000
  const decimals = Math.min(9, Math.max(0, -Math.floor(Math.log10(unit) + 1e-9)))
  const text = seconds.toFixed(decimals)
  return `${step > 0 || !text.includes('.') ? text : text.replace(/\.?0+$/, '')} s`
}

/** Seconds since the epoch as clock time, the date beneath its first tick and each midnight. */
export function timeTicks(interval: Interval, count: number, utc: boolean): Tick[] {
  const width = interval.max - interval.min
  const raw = width / Math.max(1, count)
  if (raw > 20 * DAY) return monthTicks(interval, raw, utc)
  const step = raw < 1 ? roundStep(width, count) : (CLOCK_STEPS.find((s) => s >= raw) ?? dayStep(raw))
  // Steps of hours and days are counted from local midnight.
  const shift = utc ? 0 : -new Date(interval.min * 1000).getTimezoneOffset() * 60
  const shifted = { min: interval.min + shift, max: interval.max + shift }
  let day = ''
  return multiples(shifted, step).map((value) => {
    const at = value - shift
    const parts = clock(at, utc)
    const sub = parts.date === day ? undefined : parts.date
    day = parts.date
    if (step >= DAY) return { at, label: parts.date }
    const label = step < 1 ? `${parts.second}${fractionOf(at, step)} s` : step < MINUTE ? parts.full : parts.minute
    return { at, label, sub }
  })
}

function dayStep(raw: number): number {
  const days = raw / DAY
  return (days <= 2 ? 2 : days <= 5 ? 5 : days <= 10 ? 10 : 20) * DAY
}

function fractionOf(seconds: number, step: number): string {
  const decimals = Math.min(6, Math.max(1, -Math.floor(Math.log10(step) + 1e-9)))
  return (seconds - Math.floor(seconds)).toFixed(decimals).slice(1)
}

function monthTicks(interval: Interval, raw: number, utc: boolean): Tick[] {
  const months = raw / (30 * DAY)
  const step = months <= 1 ? 1 : months <= 3 ? 3 : months <= 6 ? 6 : 12 * Math.max(1, roundStep(months / 12, 1))
  const start = new Date(interval.min * 1000)
  const out: Tick[] = []
  let month = utc ? start.getUTCFullYear() * 12 + start.getUTCMonth() : start.getFullYear() * 12 + start.getMonth()
  month = Math.ceil(month / step) * step
  for (; out.length < 100; month += step) {
    const y = Math.floor(month / 12)
    const m = month % 12
    const at = (utc ? Date.UTC(y, m, 1) : new Date(y, m, 1).getTime()) / 1000
    if (at > interval.max) break
    if (at >= interval.min) out.push({ at, label: step % 12 === 0 ? String(y) : `${MONTHS[m]} ${y}` })
  }
  return out
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function clock(seconds: number, utc: boolean) {
  const d = new Date(Math.floor(seconds + 1e-6) * 1000)
  const two = (n: number) => String(n).padStart(2, '0')
  const [mo, da, h, mi, s] = utc
    ? [d.getUTCMonth(), d.getUTCDate(), d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()]
    : [d.getMonth(), d.getDate(), d.getHours(), d.getMinutes(), d.getSeconds()]
  const minute = `${two(h)}:${two(mi)}`
  return { date: `${MONTHS[mo]} ${da}`, minute, full: `${minute}:${two(s)}`, second: two(s) }
}

/** A moment in full, as a tooltip states it. */
export function formatMoment(seconds: number, utc: boolean): string {
  const d = new Date(seconds * 1000)
  if (Number.isNaN(d.getTime())) return String(seconds)
  const year = utc ? d.getUTCFullYear() : d.getFullYear()
  const parts = clock(seconds, utc)
  const ms = Math.round((seconds - Math.floor(seconds)) * 1000)
  const sub = ms > 0 && ms < 1000 ? `.${String(ms).padStart(3, '0')}` : ''
  return `${parts.date} ${year} ${parts.full}${sub}${utc ? ' UTC' : ''}`
}

/**
 * How numbers, times and other values are put into words. Short forms are for
 * the screen; full forms are for hovering and copying and lose nothing.
 */
import type { Cell, Num } from '../backend/contract'

export const MISSING = '–'

/** A number with about four digits that matter: 0.0123, 1.2e-5, 12,345. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e9) return grouped(value)
  if (size >= 1e6 || size < 1e-4) return scientific(value)
  if (size >= 1000) return grouped(Math.round(value * 10) / 10)
  return minus(trimZeros(value.toPrecision(4)))
}

/** Every digit that tells the number from its neighbours. */
export function fullNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return String(value)
}

export function toNumber(value: Num): number {
  if (typeof value === 'number') return value
  if (value === 'nan') return Number.NaN
  return value === 'inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
}

export function isNum(value: unknown): value is Num {
  return typeof value === 'number' || value === 'nan' || value === 'inf' || value === '-inf'
}

function scientific(value: number): string {
  const [mantissa = '0', exponent = '0'] = value.toExponential(2).split('e')
  return `${minus(trimZeros(mantissa))}e${Number(exponent)}`
}

function trimZeros(text: string): string {
  return text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text
}

function minus(text: string): string {
  return text.startsWith('-') ? `−${text.slice(1)}` : text
}

function grouped(value: number): string {
  return minus(value.toLocaleString('en-US', { maximumFractionDigits: 1 }))
}

/** A count with thousands separators: 12,345. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US')
}

/** "1 run", "2,000 runs". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

const UNITS: readonly [string, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
]

/** Seconds as two units at most: 3 h 12 m, 45 s, 320 ms. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return MISSING
  if (seconds < 0) return `−${formatDuration(-seconds)}`
  if (seconds === 0) return '0 s'
  if (seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`
  let rest = Math.round(seconds)
  if (seconds < 10 && !Number.isInteger(seconds)) return `${trimZeros(seconds.toFixed(1))} s`
  const parts: string[] = []
  for (const [unit, size] of UNITS) {
    const n = Math.floor(rest / size)
    rest -= n * size
    if (n > 0 || parts.length > 0) parts.push(n > 0 ? `${n} ${unit}` : '')
    if (parts.length === 2) break
  }
  return parts.filter(Boolean).join(' ')
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in decimal units: 1.2 MB. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${trimZeros(value.toFixed(digits))} ${BYTE_UNITS[unit]}`
}

/** A point in time as a person says it: "14:03", "yesterday 14:03", "12 Mar 14:03", "12 Mar 2024". */
export function formatTime(epochSeconds: number, now = Date.now() / 1000): string {
  const date = new Date(epochSeconds * 1000)
  const today = new Date(now * 1000)
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`
  const days = dayNumber(today) - dayNumber(date)
  if (days === 0) return `today ${clock}`
  if (days === 1) return `yesterday ${clock}`
  const day = `${date.getDate()} ${MONTHS[date.getMonth()]}`
  return date.getFullYear() === today.getFullYear() ? `${day} ${clock}` : `${day} ${date.getFullYear()}`
}

/** Local date and time to the second, with the offset: 2026-03-12 14:03:05 +01:00. */
export function fullTime(epochSeconds: number): string {
  const d = new Date(epochSeconds * 1000)
  const offset = -d.getTimezoneOffset()
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
  const date = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
  return `${date} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())} ${zone}`
}

/** "just now", "5 m ago", "3 h ago". */
export function formatAgo(epochSeconds: number, now = Date.now() / 1000): string {
  const seconds = now - epochSeconds
  if (seconds < 10) return 'just now'
  if (seconds < 86_400) return `${formatDuration(Math.floor(seconds)).split(' ', 2).join(' ')} ago`
  return formatTime(epochSeconds, now)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function two(n: number): string {
  return String(n).padStart(2, '0')
}

function dayNumber(d: Date): number {
  return Math.round(new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime() / 86_400_000)
}

export type CellKind = 'number' | 'text' | 'bool' | 'list' | 'mixed' | 'time' | 'duration' | 'state' | 'tags'

/** What a table cell shows. Missing values are a faint dash. */
export function cellText(cell: Cell, kind: CellKind): string {
  if (cell === null) return MISSING
  if (isNum(cell)) {
    const value = toNumber(cell)
    if (kind === 'time') return formatTime(value)
    if (kind === 'duration') return formatDuration(value)
    return formatNumber(value)
  }
  if (typeof cell === 'boolean') return cell ? 'true' : 'false'
  if (Array.isArray(cell)) return cell.join(', ')
  if (typeof cell === 'object') return cell.text
  return cell
}

/** The whole value of a cell, as it is hovered and copied. Missing: ''. */
export function cellFull(cell: Cell, kind: CellKind): string {
  if (cell === null) return ''
  if (isNum(cell)) {
    const value = toNumber(cell)
    return kind === 'time' && Number.isFinite(value) ? fullTime(value) : fullNumber(value)
  }
  if (typeof cell === 'boolean') return cell ? 'true' : 'false'
  if (Array.isArray(cell)) return cell.join(', ')
  if (typeof cell === 'object') return cell.full
  return cell
}

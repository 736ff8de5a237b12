/** Values in full, as tooltips, tables and exports state them. */

import type { XScale } from '../props'
import { formatDuration, formatMoment } from './ticks'

/** Every digit that tells the number from its neighbours, thousands apart. */
export function formatFull(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '\u2212Inf'
  const text = String(Math.abs(value))
  const sign = value < 0 ? '\u2212' : ''
  if (text.includes('e')) return sign + text
  const [whole, rest] = text.split('.')
  const body = whole.length > 3 ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole
  return sign + body + (rest === undefined ? '' : `.${rest}`)
}

export function formatX(value: number, scale: XScale, utc: boolean): string {
  if (scale === 'time') return formatMoment(value, utc)
  if (scale === 'duration') return formatDuration(value)
  return formatFull(value)
}

/** 60,000; the unit in the plural unless there is one. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${formatFull(n)} ${n === 1 ? one : many}`
}

/** A stretch of x: what both ends share is said once. */
export function formatXRange(from: number, to: number, scale: XScale, utc: boolean): string {
  const a = formatX(from, scale, utc)
  const b = formatX(to, scale, utc)
  const day = a.split(' ').slice(0, 3).join(' ')
  return `${a} \u2013 ${scale === 'time' && b.startsWith(`${day} `) ? b.slice(day.length + 1) : b}`
}

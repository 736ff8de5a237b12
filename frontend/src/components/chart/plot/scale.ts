/**
 * Scales. The chart computes in scale space: the value itself on a linear
 * axis, its decimal logarithm on a log one. From there to pixels is affine.
 */

export type ScaleKind = 'linear' | 'log'

/** A closed interval; min < max wherever one is drawn. */
export interface Interval {
  min: number
  max: number
}

/** What is on screen, in scale space. */
export interface View {
  x: Interval
  y: Interval
}

/** NaN for what a log axis cannot show. */
export function toScale(kind: ScaleKind, value: number): number {
  if (kind === 'linear') return value
  return value > 0 ? Math.log10(value) : Number.NaN
}

export function fromScale(kind: ScaleKind, s: number): number {
  return kind === 'linear' ? s : 10 ** s
}

/** Position of s in the interval, 0 at min and 1 at max. */
export function fraction(interval: Interval, s: number): number {
  return (s - interval.min) / (interval.max - interval.min)
}

export function at(interval: Interval, t: number): number {
  return interval.min + t * (interval.max - interval.min)
}

export function span(interval: Interval): number {
  return interval.max - interval.min
}

export function isInterval(interval: Interval): boolean {
  return interval.max > interval.min && Number.isFinite(span(interval))
}

export function sameInterval(a: Interval, b: Interval): boolean {
  return a.min === b.min && a.max === b.max
}

/** Zooms by a factor (2: twice as wide) about the place t in 0..1, inside the limits. */
export function zoom(interval: Interval, factor: number, t: number, limits: Interval): Interval {
  const fixed = at(interval, t)
  const width = span(interval) * factor
  if (width >= span(limits)) return { ...limits }
  if (width < smallest(interval)) return interval
  return clampInside({ min: fixed - t * width, max: fixed + (1 - t) * width }, limits)
}

/** Moves by a share of its own width, inside the limits. */
export function pan(interval: Interval, share: number, limits: Interval): Interval {
  const d = share * span(interval)
  return clampInside({ min: interval.min + d, max: interval.max + d }, limits)
}

/** Pushes an interval into the limits, keeping its width when it fits. */
export function clampInside(interval: Interval, limits: Interval): Interval {
  const width = span(interval)
  if (width >= span(limits)) return { ...limits }
  if (interval.min < limits.min) return { min: limits.min, max: limits.min + width }
  if (interval.max > limits.max) return { min: limits.max - width, max: limits.max }
  return interval
}

export function widen(interval: Interval, share: number): Interval {
  const d = share * span(interval)
  return { min: interval.min - d, max: interval.max + d }
}

/** Width below which a double cannot tell pixels apart around these values. */
function smallest(interval: Interval): number {
  return Math.max(Math.abs(interval.min), Math.abs(interval.max), 1e-300) * 1e-11
}

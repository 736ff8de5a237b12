/**
 * Many lines as one: a middle and how far the lines spread about it, worked out
 * at the places of a common grid on the x axis. Lines are interpolated between
 * their finite values and count only between their own first and last x.
 */
import type { WireLine } from './wire'

export type Middle = 'mean' | 'median' | 'min' | 'max'
export type Spread = 'none' | 'std' | 'stderr' | 'ci95' | 'iqr' | 'minmax'

/** Finite values of a line, x ascending. */
export interface Samples {
  x: Float64Array
  y: Float64Array
}

export interface Aggregate {
  /** Places of the grid where at least one line has a value. */
  x: Float64Array
  middle: Float64Array
  low: Float64Array
  high: Float64Array
  /** Lines that have a value there. */
  n: Uint32Array
}

/** What is known of the x axis: it is logarithmic, it counts whole things. */
export interface Axis {
  log?: boolean
  whole?: boolean
}

/** The finite values of a decoded line; of a bin its first and its last. */
export function samplesOf({ data }: WireLine): Samples {
  const x: number[] = []
  const y: number[] = []
  const take = (px: number, py: number) => {
    if (!Number.isFinite(px) || !Number.isFinite(py)) return
    x.push(px)
    y.push(py)
  }
  for (let i = 0; i < data.n; i++) {
    if (data.mode === 'points') take(data.x[i], data.y[i])
    else {
      take(data.x[i], data.yFirst[i])
      if (data.xLast[i] > data.x[i]) take(data.xLast[i], data.yLast[i])
    }
  }
  return sorted(x, y)
}

function sorted(x: number[], y: number[]): Samples {
  if (x.every((v, i) => i === 0 || v >= x[i - 1])) return { x: Float64Array.from(x), y: Float64Array.from(y) }
  const order = x.map((_, i) => i).sort((a, b) => x[a] - x[b])
  return { x: Float64Array.from(order, (i) => x[i]), y: Float64Array.from(order, (i) => y[i]) }
}

/**
 * Where to compare lines: at every x that one of them has, or, when those are
 * more than `width`, at `width` places spread evenly (in the logarithm for `log`;
 * without fractions for `whole`).
 */
export function gridOf(lines: readonly Samples[], range: [number, number] | null, width: number, axis: Axis = {}) {
  const { log = false, whole = false } = axis
  const [from, to] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const places = new Set<number>()
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const { x } of lines) {
    for (const v of x) {
      if (v < from || v > to || (log && v <= 0)) continue
      if (v < min) min = v
      if (v > max) max = v
      if (places.size <= width) places.add(v)
    }
  }
  if (places.size <= width) return { x: Float64Array.from(places).sort(), exact: true }
  const n = Math.max(2, Math.round(width))
  const [a, b] = log ? [Math.log(min), Math.log(max)] : [min, max]
  const x = Float64Array.from({ length: n }, (_, i) => {
    const v = a + ((b - a) * i) / (n - 1)
    const place = log ? Math.exp(v) : v
    return whole ? Math.round(place) : place
  })
  // The ends are places of the lines themselves, which rounding must not move off them.
  x[0] = min
  x[n - 1] = max
  return { x: whole ? Float64Array.from(new Set(x)).sort() : x, exact: false }
}

/** The line's value at each place of the grid; NaN outside of the line. */
export function interpolate({ x, y }: Samples, grid: Float64Array): Float64Array {
  const out = new Float64Array(grid.length).fill(Number.NaN)
  const n = x.length
  let i = 0
  for (let g = 0; g < grid.length; g++) {
    const at = grid[g]
    while (i < n && x[i] < at) i++
    if (i === n) break
    if (x[i] === at) {
      // Of several values at one x the last logged counts.
      let j = i
      while (j + 1 < n && x[j + 1] === at) j++
      out[g] = y[j]
    } else if (i > 0) {
      const t = (at - x[i - 1]) / (x[i] - x[i - 1])
      out[g] = y[i - 1] + t * (y[i] - y[i - 1])
    }
  }
  return out
}

export function aggregate(lines: readonly Samples[], grid: Float64Array, middle: Middle, spread: Spread): Aggregate {
  const values = lines.map((line) => interpolate(line, grid))
  const out = {
    x: new Float64Array(grid.length),
    middle: new Float64Array(grid.length),
    low: new Float64Array(grid.length),
    high: new Float64Array(grid.length),
    n: new Uint32Array(grid.length),
  }
  const column = new Float64Array(lines.length)
  let used = 0
  for (let g = 0; g < grid.length; g++) {
    let n = 0
    for (const line of values) if (!Number.isNaN(line[g])) column[n++] = line[g]
    if (n === 0) continue
    const here = column.subarray(0, n).sort()
    out.x[used] = grid[g]
    out.n[used] = n
    out.middle[used] = middleOf(here, middle)
    const [low, high] = spreadOf(here, spread, out.middle[used])
    out.low[used] = low
    out.high[used] = high
    used++
  }
  const part = (c: Float64Array) => c.subarray(0, used)
  return {
    x: part(out.x),
    middle: part(out.middle),
    low: part(out.low),
    high: part(out.high),
    n: out.n.subarray(0, used),
  }
}

function middleOf(sortedValues: Float64Array, middle: Middle): number {
  switch (middle) {
    case 'mean':
      return meanOf(sortedValues)
    case 'median':
      return quantileOf(sortedValues, 0.5)
    case 'min':
      return sortedValues[0]
    case 'max':
      return sortedValues[sortedValues.length - 1]
  }
}

/** Standard deviation, its error and the interval lie about the mean, whatever the middle is. */
function spreadOf(sortedValues: Float64Array, spread: Spread, middle: number): [number, number] {
  const n = sortedValues.length
  switch (spread) {
    case 'none':
      return [middle, middle]
    case 'iqr':
      return [quantileOf(sortedValues, 0.25), quantileOf(sortedValues, 0.75)]
    case 'minmax':
      return [sortedValues[0], sortedValues[n - 1]]
  }
  const mean = meanOf(sortedValues)
  let squares = 0
  for (const v of sortedValues) squares += (v - mean) ** 2
  const std = n > 1 ? Math.sqrt(squares / (n - 1)) : 0
  const reach = spread === 'std' ? std : (std / Math.sqrt(n)) * (spread === 'ci95' ? studentT95(n - 1) : 1)
  return [mean - reach, mean + reach]
}

function meanOf(values: Float64Array): number {
  let sum = 0
  for (const v of values) sum += v
  return sum / values.length
}

function quantileOf(sortedValues: Float64Array, q: number): number {
  const at = q * (sortedValues.length - 1)
  const i = Math.floor(at)
  const next = sortedValues[Math.min(i + 1, sortedValues.length - 1)]
  return sortedValues[i] + (next - sortedValues[i]) * (at - i)
}

/** Two-sided 95 % quantile of Student's t for 1 to 10 degrees of freedom. */
const T95 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]

/** Few runs need a wider interval than the normal distribution gives. */
export function studentT95(freedom: number): number {
  if (freedom < 1) return 0
  const known = T95[freedom - 1]
  if (known !== undefined) return known
  // Cornish-Fisher expansion about the normal quantile; within 0.001 from here on.
  const z = 1.959964
  const g1 = (z ** 3 + z) / 4
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  return z + g1 / freedom + g2 / freedom ** 2
}

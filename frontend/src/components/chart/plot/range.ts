/** The ranges of the axes, worked out from the data. All in scale space. */
import { type Columns, lowerBound, visible } from './columns'
import type { Interval } from './scale'

/** Most values looked at for quantiles: more would not change the picture. */
const SAMPLE = 40_000

/** Lowest and highest finite x over the columns, or null. */
export function xExtent(all: readonly Columns[]): Interval | null {
  const out = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
  for (const c of all) {
    if (c.sorted && c.n > 0 && Number.isFinite(c.x[0]) && Number.isFinite(c.xLast[c.n - 1])) {
      if (c.x[0] < out.min) out.min = c.x[0]
      if (c.xLast[c.n - 1] > out.max) out.max = c.xLast[c.n - 1]
      continue
    }
    for (let i = 0; i < c.n; i++) {
      if (c.x[i] < out.min) out.min = c.x[i]
      if (c.xLast[i] > out.max && Number.isFinite(c.xLast[i])) out.max = c.xLast[i]
    }
  }
  return out.min <= out.max ? out : null
}

/** Whether the whole line is in the x interval: then what the message says of it holds. */
function allVisible(c: Columns, x: Interval): boolean {
  return c.sorted && c.n > 0 && c.x[0] >= x.min && c.xLast[c.n - 1] <= x.max
}

/**
 * Lowest and highest y of what is visible in the x interval, or null. Between
 * two points, where none is in sight, those two count.
 */
export function yExtent(all: readonly Columns[], x: Interval): Interval | null {
  const out = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
  const around = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
  for (const c of all) {
    if (allVisible(c, x) && c.low <= c.high) {
      take(out, c.low, c.high)
      continue
    }
    const [from, to] = visible(c, x)
    for (let i = from; i < to; i++) {
      const inSight = c.xLast[i] >= x.min && c.x[i] <= x.max
      if (inSight || c.sorted) take(inSight ? out : around, c.yMin[i], c.yMax[i])
    }
  }
  if (out.min <= out.max) return out
  return around.min <= around.max ? around : null
}

/** Widens by what is finite. */
function take(out: Interval, low: number, high: number): void {
  if (low < out.min && low > Number.NEGATIVE_INFINITY) out.min = low
  if (high > out.max && high < Number.POSITIVE_INFINITY) out.max = high
}

/**
 * The range that outliers do not stretch: what lies between the 1st and the
 * 99th percentile and half of their distance around them, no wider than the
 * values found there. The same as the extent when nothing is far out.
 */
export function calmExtent(all: readonly Columns[], x: Interval, extent: Interval): Interval {
  const values = sampleY(all, x)
  if (values.length < 8) return extent
  values.sort()
  const low = quantile(values, 0.01)
  const high = quantile(values, 0.99)
  const reach = (high - low) / 2
  if (!(reach > 0)) return extent
  const calm = { min: extent.min, max: extent.max }
  if (extent.min < low - reach) calm.min = values[lowerBound(values, low - reach)]
  if (extent.max > high + reach) calm.max = values[lowerBound(values, high + reach) - 1]
  return calm
}

function sampleY(all: readonly Columns[], x: Interval): Float64Array {
  let total = 0
  const ranges = all.map((c) => {
    const range = visible(c, x)
    total += range[1] - range[0]
    return range
  })
  const stride = Math.max(1, Math.ceil(total / SAMPLE))
  const out = new Float64Array(2 * Math.ceil(total / stride) + 2)
  let n = 0
  let skip = 0
  all.forEach((c, k) => {
    const [from, to] = ranges[k]
    let i = from + skip
    for (; i < to; i += stride) {
      if (n + 2 > out.length) return
      if (c.xLast[i] < x.min || c.x[i] > x.max) continue
      if (Number.isFinite(c.yMin[i])) out[n++] = c.yMin[i]
      if (c.mode === 'bins' && Number.isFinite(c.yMax[i])) out[n++] = c.yMax[i]
    }
    skip = i - to
  })
  return out.slice(0, n)
}

/** Quantile of sorted values, interpolated. */
export function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1)
  const i = Math.floor(at)
  const next = sorted[Math.min(i + 1, sorted.length - 1)]
  return sorted[i] + (next - sorted[i]) * (at - i)
}

/** Room around the data, and a height for data that has none. */
export function padded(extent: Interval, share = 0.05): Interval {
  const width = extent.max - extent.min
  if (width > 0 && Number.isFinite(width)) return { min: extent.min - share * width, max: extent.max + share * width }
  if (!Number.isFinite(width)) return { min: extent.min / 2, max: extent.max / 2 }
  const room = extent.min === 0 ? 1 : Math.abs(extent.min) * 0.1
  return { min: extent.min - room, max: extent.max + room }
}

/** Points or bins with a finite value outside the y interval, within the x interval. */
export function offScale(all: readonly Columns[], x: Interval, y: Interval): number {
  let n = 0
  for (const c of all) {
    if (c.low >= y.min && c.high <= y.max) continue
    const [from, to] = visible(c, x)
    for (let i = from; i < to; i++) {
      if (c.xLast[i] < x.min || c.x[i] > x.max) continue
      const lo = c.yMin[i]
      const hi = c.yMax[i]
      if ((lo < y.min && lo > Number.NEGATIVE_INFINITY) || (hi > y.max && hi < Number.POSITIVE_INFINITY)) n++
    }
  }
  return n
}

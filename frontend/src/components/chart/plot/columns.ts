/**
 * The columns of a line in scale space, as the rasteriser, the hit test and the
 * exports want them. On linear axes they are the message's own arrays.
 */
import type { BinColumns, PointColumns, WireLine } from '../../../backend/series/wire'
import { BIN_GAP } from '../../../backend/series/wire'
import { type Interval, type ScaleKind, toScale } from './scale'

export interface Columns {
  mode: 'points' | 'bins'
  n: number
  /** For points the four y columns are one array, and xLast is x. */
  x: Float64Array
  xLast: Float64Array
  yFirst: Float64Array
  yMin: Float64Array
  yMax: Float64Array
  yLast: Float64Array
  /** 1: the line does not join this bin to the one before. Empty for points. */
  breaks: Uint8Array
  /** x never goes down: ranges can be found by bisection. */
  sorted: boolean
  /** Extent of the finite y, as the message states it; NaN where a log axis has none. */
  low: number
  high: number
  /** Finite values in these columns that a log axis cannot show; bins count as one. */
  hidden: number
}

const NO_BREAKS = new Uint8Array(0)

/** Columns of a decoded line for the given axes. */
export function toColumns(line: WireLine, xKind: ScaleKind, yKind: ScaleKind): Columns {
  const { data } = line
  const low = toScale(yKind, line.yMin)
  const high = toScale(yKind, line.yMax)
  const hidden = hiddenByLog(data, xKind, yKind)
  const xs = (values: Float64Array) => mapped(values, xKind)
  const ys = (values: Float64Array) => mapped(values, yKind)
  if (data.mode === 'points') {
    const x = xs(data.x)
    const y = ys(data.y)
    return {
      mode: 'points',
      n: data.n,
      x,
      xLast: x,
      yFirst: y,
      yMin: y,
      yMax: y,
      yLast: y,
      breaks: NO_BREAKS,
      sorted: isSorted(x),
      low,
      high,
      hidden,
    }
  }
  const columns: Columns = {
    mode: 'bins',
    n: data.n,
    x: xs(data.x),
    xLast: xs(data.xLast),
    yFirst: ys(data.yFirst),
    yMin: ys(data.yMin),
    yMax: ys(data.yMax),
    yLast: ys(data.yLast),
    breaks: data.flags.map((flags) => (flags & BIN_GAP ? 1 : 0)),
    sorted: isSorted(data.x),
    low,
    high,
    hidden,
  }
  if (yKind === 'log') mendLogBins(columns)
  return columns
}

function mapped(values: Float64Array, kind: ScaleKind): Float64Array {
  return kind === 'linear' ? values : values.map((v) => toScale(kind, v))
}

function isSorted(x: Float64Array): boolean {
  for (let i = 1; i < x.length; i++) if (!(x[i] >= x[i - 1])) return false
  return true
}

/**
 * A bin that reaches from above zero to below has no lowest logarithm: it is
 * drawn over those of its four values that have one.
 */
function mendLogBins(c: Columns): void {
  for (let i = 0; i < c.n; i++) {
    if (!(Number.isNaN(c.yMin[i]) && !Number.isNaN(c.yMax[i]))) continue
    const first = Number.isNaN(c.yFirst[i]) ? c.yMax[i] : c.yFirst[i]
    const last = Number.isNaN(c.yLast[i]) ? c.yMax[i] : c.yLast[i]
    c.yMin[i] = Math.min(first, last, c.yMax[i])
    c.yFirst[i] = first
    c.yLast[i] = last
  }
}

function hiddenByLog(data: PointColumns | BinColumns, xKind: ScaleKind, yKind: ScaleKind): number {
  if (xKind === 'linear' && yKind === 'linear') return 0
  const low = data.mode === 'points' ? data.y : data.yMin
  let n = 0
  for (let i = 0; i < data.n; i++) {
    if (!Number.isFinite(low[i])) continue
    if ((xKind === 'log' && data.x[i] <= 0) || (yKind === 'log' && low[i] <= 0)) n++
  }
  return n
}

/** First position whose value is not below v, in a sorted column. */
export function lowerBound(values: Float64Array, v: number): number {
  let lo = 0
  let hi = values.length
  while (lo < hi) {
    const mid = (lo + hi) >>> 1
    if (values[mid] < v) lo = mid + 1
    else hi = mid
  }
  return lo
}

/**
 * Positions from..to that can be seen in the interval, with one neighbour at
 * each side so that lines leave the picture; all of them when x is not sorted.
 */
export function visible(c: Columns, x: Interval): [number, number] {
  if (!c.sorted) return [0, c.n]
  const from = lowerBound(c.xLast, x.min)
  let to = lowerBound(c.x, x.max)
  // Points exactly on the right edge are visible, however many share it.
  while (to < c.n && c.x[to] <= x.max) to++
  return [Math.max(0, from - 1), Math.min(c.n, to + 1)]
}

/** A line of the answer with its columns for the axes in use. */
export interface PlotLine {
  wire: WireLine
  columns: Columns
}

export function plotLine(wire: WireLine, xKind: ScaleKind, yKind: ScaleKind): PlotLine {
  return { wire, columns: toColumns(wire, xKind, yKind) }
}

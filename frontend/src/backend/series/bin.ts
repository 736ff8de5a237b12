/**
 * Bins a line of points the way the program does: one bin a pixel column with
 * first, lowest, highest and last, so that no spike is lost. For the in-memory
 * adapter, benchmarks and tests.
 */
import { statistics } from './encode'
import { BIN_GAP, BIN_NAN, BIN_NEG_INF, BIN_POS_INF, type BinColumns, type PointColumns, type WireLine } from './wire'

/** Raw points are handed on as they are up to this many a pixel column. */
const POINTS_A_COLUMN = 4

/** The part of a line in a range (null: all), as points or, when there are many, as bins. */
export function binLine(line: WireLine, range: [number, number] | null, width: number): WireLine {
  if (line.data.mode !== 'points') return line
  const part = range ? cut(line.data, range) : line.data
  const counts = { ...statistics(part.x, part.y), total: line.total, xMin: line.xMin, xMax: line.xMax }
  const data = part.n <= POINTS_A_COLUMN * width ? part : bins(part, width)
  return { ...line, ...counts, data }
}

/** Points in the range with one neighbour at each side. */
function cut({ x, y }: PointColumns, [from, to]: [number, number]): PointColumns {
  let a = 0
  while (a < x.length && x[a] < from) a++
  let b = a
  while (b < x.length && x[b] <= to) b++
  a = Math.max(0, a - 1)
  b = Math.min(x.length, b + 1)
  return { mode: 'points', n: b - a, x: x.subarray(a, b), y: y.subarray(a, b) }
}

function bins({ x, y, n }: PointColumns, width: number): BinColumns {
  const x0 = x[0]
  const k = width / (x[n - 1] - x0)
  const out = {
    x: new Float64Array(width),
    xLast: new Float64Array(width),
    yFirst: new Float64Array(width).fill(Number.NaN),
    yMin: new Float64Array(width).fill(Number.NaN),
    yMax: new Float64Array(width).fill(Number.NaN),
    yLast: new Float64Array(width).fill(Number.NaN),
    flags: new Uint8Array(width),
  }
  let bin = -1
  let column = -1
  let gap = false
  for (let i = 0; i < n; i++) {
    const at = Math.min(width - 1, Math.floor((x[i] - x0) * k))
    if (at !== column) {
      column = at
      bin++
      out.x[bin] = x[i]
    }
    out.xLast[bin] = x[i]
    const v = y[i]
    if (!Number.isFinite(v)) {
      out.flags[bin] |= Number.isNaN(v) ? BIN_NAN : v > 0 ? BIN_POS_INF : BIN_NEG_INF
      gap = true
      continue
    }
    if (Number.isNaN(out.yFirst[bin])) {
      out.yFirst[bin] = v
      out.yMin[bin] = v
      out.yMax[bin] = v
      if (gap) out.flags[bin] |= BIN_GAP
    }
    gap = false
    out.yMin[bin] = Math.min(out.yMin[bin], v)
    out.yMax[bin] = Math.max(out.yMax[bin], v)
    out.yLast[bin] = v
  }
  const used = bin + 1
  const part = (column: Float64Array) => column.subarray(0, used)
  return {
    mode: 'bins',
    n: used,
    x: part(out.x),
    xLast: part(out.xLast),
    yFirst: part(out.yFirst),
    yMin: part(out.yMin),
    yMax: part(out.yMax),
    yLast: part(out.yLast),
    flags: out.flags.subarray(0, used),
  }
}

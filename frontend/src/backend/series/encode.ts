/**
 * Encoder of the series format, for the in-memory adapter, benchmarks and
 * tests. The program's own encoder is written in Go.
 */
import { dataBytes, HEADER_BYTES, LINE_BYTES, MAGIC, MODE_BINS, MODE_POINTS, VERSION, type WireLine } from './wire'

const STATUS = { ok: 0, 'unknown-trace': 1, unreadable: 2, 'no-x': 3 } as const

/** The message that decodeSeries turns back into these lines. */
export function encodeSeries(lines: readonly WireLine[]): ArrayBuffer {
  const modeOf = (line: WireLine) => (line.data.mode === 'points' ? MODE_POINTS : MODE_BINS)
  let size = HEADER_BYTES
  for (const line of lines) size += LINE_BYTES + dataBytes(modeOf(line), line.data.n)
  const message = new ArrayBuffer(size)
  const view = new DataView(message)
  view.setUint32(0, MAGIC, true)
  view.setUint16(4, VERSION, true)
  view.setUint32(8, lines.length, true)
  let at = HEADER_BYTES
  for (const line of lines) {
    const { data } = line
    view.setUint32(at, line.index, true)
    view.setUint8(at + 4, modeOf(line))
    view.setUint8(at + 5, line.layer === 'raw' ? 0 : 1)
    view.setUint16(at + 6, STATUS[line.status], true)
    view.setUint32(at + 8, data.n, true)
    const head = [
      line.total,
      line.inRange,
      line.nan,
      line.posInf,
      line.negInf,
      line.xMin,
      line.xMax,
      line.yMin,
      line.yMax,
    ]
    head.forEach((value, i) => {
      view.setFloat64(at + 16 + 8 * i, value, true)
    })
    const start = at + LINE_BYTES
    const columns =
      data.mode === 'points' ? [data.x, data.y] : [data.x, data.xLast, data.yFirst, data.yMin, data.yMax, data.yLast]
    columns.forEach((column, i) => {
      new Float64Array(message, start + 8 * data.n * i, data.n).set(column)
    })
    if (data.mode === 'bins') new Uint8Array(message, start + 48 * data.n, data.n).set(data.flags)
    at = start + dataBytes(modeOf(line), data.n)
  }
  return message
}

/** A whole line of raw points, its header worked out from them. */
export function pointLine(
  index: number,
  x: Float64Array,
  y: Float64Array,
  layer: 'raw' | 'smoothed' = 'raw',
): WireLine {
  return { ...statistics(x, y), index, layer, status: 'ok', data: { mode: 'points', n: x.length, x, y } }
}

/** Counts and extents of points, as a line's header states them. */
export function statistics(x: Float64Array, y: Float64Array) {
  const seen = {
    total: x.length,
    inRange: x.length,
    nan: 0,
    posInf: 0,
    negInf: 0,
    xMin: Number.POSITIVE_INFINITY,
    xMax: Number.NEGATIVE_INFINITY,
    yMin: Number.POSITIVE_INFINITY,
    yMax: Number.NEGATIVE_INFINITY,
  }
  for (let i = 0; i < x.length; i++) {
    seen.xMin = Math.min(seen.xMin, x[i])
    seen.xMax = Math.max(seen.xMax, x[i])
    const v = y[i]
    if (Number.isNaN(v)) seen.nan++
    else if (v === Number.POSITIVE_INFINITY) seen.posInf++
    else if (v === Number.NEGATIVE_INFINITY) seen.negInf++
    else {
      seen.yMin = Math.min(seen.yMin, v)
      seen.yMax = Math.max(seen.yMax, v)
    }
  }
  return seen
}

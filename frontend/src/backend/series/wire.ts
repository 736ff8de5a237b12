/**
 * Decoder of the binary answer of `Backend.series`. Little-endian; every f64
 * array starts at a multiple of 8 bytes from the start of the message.
 *
 *   message  header, line*
 *   header   "AIMS" | u16 version=1 | u16 flags=0 | u32 lineCount | u32 reserved            16 bytes
 *   line     u32 index | u8 mode | u8 layer | u16 status | u32 n | u32 reserved
 *            | f64 total | inRange | nan | posInf | negInf | xMin | xMax | yMin | yMax      88 bytes
 *            mode 0 (points)  x f64[n], y f64[n]
 *            mode 1 (bins)    x, xLast, yFirst, yMin, yMax, yLast f64[n], flags u8[n], zeros to 8
 *
 * The decoder trusts no length and allocates nothing: all columns are views
 * into the message, which must therefore not be transferred away while in use.
 */

export const MAGIC = 0x534d4941 // "AIMS" read as a little-endian u32
export const VERSION = 1
export const HEADER_BYTES = 16
export const LINE_BYTES = 88

export const MODE_POINTS = 0
export const MODE_BINS = 1

/** Bits of a bin's flags. */
export const BIN_NAN = 1
export const BIN_POS_INF = 2
export const BIN_NEG_INF = 4
/** The line does not join this bin to the one before. */
export const BIN_GAP = 8

export type Layer = 'raw' | 'smoothed'
export type LineStatus = 'ok' | 'unknown-trace' | 'unreadable' | 'no-x'

const LAYERS: readonly Layer[] = ['raw', 'smoothed']
const STATUSES: readonly LineStatus[] = ['ok', 'unknown-trace', 'unreadable', 'no-x']

export interface PointColumns {
  mode: 'points'
  n: number
  x: Float64Array
  y: Float64Array
}

/** One entry a pixel column of the asked range that has points. */
export interface BinColumns {
  mode: 'bins'
  n: number
  /** First and last x in the bin. */
  x: Float64Array
  xLast: Float64Array
  /** Of the finite values of the bin. */
  yFirst: Float64Array
  yMin: Float64Array
  yMax: Float64Array
  yLast: Float64Array
  flags: Uint8Array
}

export interface WireLine {
  /** Position in the request. */
  index: number
  layer: Layer
  status: LineStatus
  /** Points of the whole line, and of the asked range. */
  total: number
  inRange: number
  /** Values of the asked range that are not finite. */
  nan: number
  posInf: number
  negInf: number
  /** Of the whole line. */
  xMin: number
  xMax: number
  /** Of the finite values in the asked range. */
  yMin: number
  yMax: number
  data: PointColumns | BinColumns
}

export class WireError extends Error {
  /** Where in the message, in bytes. */
  readonly offset: number

  constructor(message: string, offset: number) {
    super(`decode series at byte ${offset}: ${message}`)
    this.name = 'WireError'
    this.offset = offset
  }
}

/** Decodes a whole message; throws WireError on anything that is not one. */
export function decodeSeries(message: ArrayBuffer): WireLine[] {
  const size = message.byteLength
  if (size < HEADER_BYTES) throw new WireError('message is shorter than its header', 0)
  const view = new DataView(message)
  if (view.getUint32(0, true) !== MAGIC) throw new WireError('not a series message', 0)
  const version = view.getUint16(4, true)
  if (version !== VERSION) throw new WireError(`version ${version} is not known`, 4)
  const flags = view.getUint16(6, true)
  if (flags !== 0) throw new WireError(`flags ${flags} are not known`, 6)
  const count = view.getUint32(8, true)
  if (count > (size - HEADER_BYTES) / LINE_BYTES) throw new WireError(`${count} lines do not fit`, 8)

  const lines: WireLine[] = []
  let at = HEADER_BYTES
  for (let i = 0; i < count; i++) {
    if (size - at < LINE_BYTES) throw new WireError('line header is cut short', at)
    const mode = view.getUint8(at + 4)
    const n = view.getUint32(at + 8, true)
    const bytes = dataBytes(mode, n)
    if (bytes < 0) throw new WireError(`mode ${mode} is not known`, at + 4)
    const start = at + LINE_BYTES
    if (bytes > size - start) throw new WireError(`${n} entries do not fit`, at + 8)
    lines.push(decodeHead(view, at, readColumns(message, start, mode, n)))
    at = start + bytes
  }
  if (at !== size) throw new WireError('bytes after the last line', at)
  return lines
}

/** Size of a line's columns, or -1 for an unknown mode. */
export function dataBytes(mode: number, n: number): number {
  if (mode === MODE_POINTS) return 16 * n
  if (mode === MODE_BINS) return 48 * n + 8 * Math.ceil(n / 8)
  return -1
}

function decodeHead(view: DataView, at: number, data: PointColumns | BinColumns): WireLine {
  const layer = LAYERS[view.getUint8(at + 5)]
  if (layer === undefined) throw new WireError('layer is not known', at + 5)
  const status = STATUSES[view.getUint16(at + 6, true)]
  if (status === undefined) throw new WireError('status is not known', at + 6)
  const f64 = (i: number) => view.getFloat64(at + 16 + 8 * i, true)
  return {
    index: view.getUint32(at, true),
    layer,
    status,
    total: f64(0),
    inRange: f64(1),
    nan: f64(2),
    posInf: f64(3),
    negInf: f64(4),
    xMin: f64(5),
    xMax: f64(6),
    yMin: f64(7),
    yMax: f64(8),
    data,
  }
}

function readColumns(message: ArrayBuffer, start: number, mode: number, n: number): PointColumns | BinColumns {
  const column = (i: number) => new Float64Array(message, start + 8 * n * i, n)
  if (mode === MODE_POINTS) return { mode: 'points', n, x: column(0), y: column(1) }
  return {
    mode: 'bins',
    n,
    x: column(0),
    xLast: column(1),
    yFirst: column(2),
    yMin: column(3),
    yMax: column(4),
    yLast: column(5),
    flags: new Uint8Array(message, start + 48 * n, n),
  }
}

/**
 * The compiled column rasteriser (wasm/raster.ts) behind a small typed face.
 * The WebAssembly build and its JavaScript twin are interchangeable.
 */

/** What both builds export. Addresses and sizes are in bytes. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  begin(width: number, height: number): void
  reserve(numbers: number): number
  pen(width: number, fine: boolean | number, dashOn: number, dashOff: number, dashPhase: number): void
  points(n: number, ox: number, kx: number, oy: number, ky: number, bgr: number, alpha: number): void
  bins(n: number, ox: number, kx: number, oy: number, ky: number, bgr: number, alpha: number): void
  finish(): number
}

/** Value to device pixel: pixel = (value - origin) * factor. */
export interface Affine {
  origin: number
  factor: number
}

export interface Pen {
  /** Device pixels. */
  width: number
  /** 0xRRGGBB. */
  rgb: number
  /** 0 to 255. */
  alpha: number
  /** Lengths along x in device pixels, and where in the pattern column 0 is. */
  dash: { on: number; off: number; phase: number } | null
  /** Anti-alias steep parts horizontally too: about twice the work. */
  fine: boolean
}

/** Draws one picture after another. Holds the memory of the largest so far. */
export class Rasteriser {
  private width = 0
  private height = 0

  private readonly kernel: KernelExports

  constructor(kernel: KernelExports) {
    this.kernel = kernel
  }

  /** Starts a transparent picture of device pixels. */
  begin(width: number, height: number): void {
    this.width = width
    this.height = height
    this.kernel.begin(width, height)
  }

  /** Draws points from..to of a line; a y that is not finite breaks it. */
  points(x: Float64Array, y: Float64Array, from: number, to: number, ax: Affine, ay: Affine, pen: Pen): void {
    const n = to - from
    if (n <= 0) return
    const at = this.kernel.reserve(2 * n)
    const input = new Float64Array(this.kernel.memory.buffer, at, 2 * n)
    copy(input, 0, x, from, to)
    copy(input, n, y, from, to)
    this.setPen(pen)
    this.kernel.points(n, ax.origin, ax.factor, ay.origin, ay.factor, bgr(pen.rgb), pen.alpha)
  }

  /**
   * Draws bins from..to: columns are x, xLast, yFirst, yMin, yMax, yLast, and
   * breaks says which bins do not join the one before.
   */
  bins(columns: Float64Array[], breaks: Uint8Array, from: number, to: number, ax: Affine, ay: Affine, pen: Pen): void {
    const n = to - from
    if (n <= 0) return
    const at = this.kernel.reserve(6 * n + Math.ceil(n / 8))
    const input = new Float64Array(this.kernel.memory.buffer, at, 6 * n)
    columns.forEach((column, i) => {
      copy(input, i * n, column, from, to)
    })
    new Uint8Array(this.kernel.memory.buffer, at + 48 * n, n).set(breaks.subarray(from, to))
    this.setPen(pen)
    this.kernel.bins(n, ax.origin, ax.factor, ay.origin, ay.factor, bgr(pen.rgb), pen.alpha)
  }

  /** The finished picture, row-major straight RGBA; valid until the next call. */
  finish(): Uint8ClampedArray<ArrayBuffer> {
    const at = this.kernel.finish()
    return new Uint8ClampedArray(this.kernel.memory.buffer, at, 4 * this.width * this.height)
  }

  private setPen(pen: Pen): void {
    const d = pen.dash
    this.kernel.pen(pen.width, pen.fine ? 1 : 0, d ? d.on : 0, d ? d.off : 0, d ? d.phase : 0)
  }
}

function copy(to: Float64Array, at: number, from: Float64Array, start: number, end: number): void {
  to.set(start === 0 && end === from.length ? from : from.subarray(start, end), at)
}

function bgr(rgb: number): number {
  return ((rgb & 0xff) << 16) | (rgb & 0xff00) | ((rgb >> 16) & 0xff)
}

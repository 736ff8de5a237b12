/** The last exact picture of the lines, and its placing under a moving view. */
import type { Rect } from '../plot/layout'
import { type Interval, span, type View } from '../plot/scale'
import type { FrameSpec } from '../raster/protocol'
import type { Frame } from '../raster/queue'

/** Room at the left and right of what is in sight, as a share of its width. */
export const OVERSCAN = 0.15

/** Resolution of a draft, as a share of the screen's. */
const DRAFT = 0.5

/**
 * The picture to ask for: the view, and some room at its sides where there is
 * more to see. A draft has half the resolution: it is on screen for less time
 * than it would take to draw the whole.
 */
export function frameSpec(
  view: View,
  limits: Interval,
  plot: Rect,
  screenRatio: number,
  strokes: FrameSpec['strokes'],
  strokeWidth: number,
  draft = false,
): FrameSpec {
  const ratio = draft ? screenRatio * DRAFT : screenRatio
  const inner = Math.max(1, Math.round(plot.width * ratio))
  const height = Math.max(1, Math.round(plot.height * ratio))
  const step = span(view.x) / inner
  const room = Math.round(inner * OVERSCAN)
  const left = view.x.min > limits.min ? room : 0
  const right = view.x.max < limits.max ? room : 0
  return {
    width: inner + left + right,
    height,
    ratio,
    view: { x: { min: view.x.min - left * step, max: view.x.max + right * step }, y: view.y },
    strokeWidth,
    draft,
    strokes,
  }
}

/** Where a picture of `from` goes so that it shows through the view, in CSS pixels. */
export function placeFrame(from: View, view: View, plot: Rect): Rect {
  const kx = plot.width / span(view.x)
  const ky = plot.height / span(view.y)
  return {
    left: plot.left + (from.x.min - view.x.min) * kx,
    top: plot.top + (view.y.max - from.y.max) * ky,
    width: span(from.x) * kx,
    height: span(from.y) * ky,
  }
}

export class PictureHolder {
  private source: ImageBitmap | HTMLCanvasElement | null = null
  spec: FrameSpec | null = null

  take(frame: Frame): void {
    this.drop()
    this.spec = frame.spec
    const { picture } = frame
    if (!(picture instanceof Uint8ClampedArray)) {
      this.source = picture
      return
    }
    const canvas = document.createElement('canvas')
    canvas.width = frame.spec.width
    canvas.height = frame.spec.height
    canvas.getContext('2d')?.putImageData(new ImageData(picture, canvas.width, canvas.height), 0, 0)
    this.source = canvas
  }

  /** Draws the picture through the view, on a context scaled to CSS pixels and clipped by the caller. */
  draw(ctx: CanvasRenderingContext2D, view: View, plot: Rect, ratio: number): void {
    if (!this.source || !this.spec) return
    const at = placeFrame(this.spec.view, view, plot)
    const dw = at.width * ratio
    const dh = at.height * ratio
    const unscaled = Math.abs(dw - this.spec.width) < 0.6 && Math.abs(dh - this.spec.height) < 0.6
    ctx.imageSmoothingEnabled = !unscaled
    if (unscaled) {
      // On whole device pixels the picture stays as sharp as it was made.
      const left = Math.round(at.left * ratio) / ratio
      const top = Math.round(at.top * ratio) / ratio
      ctx.drawImage(this.source, left, top, this.spec.width / ratio, this.spec.height / ratio)
    } else ctx.drawImage(this.source, at.left, at.top, at.width, at.height)
  }

  drop(): void {
    if (this.source && 'close' in this.source) this.source.close()
    this.source = null
    this.spec = null
  }
}

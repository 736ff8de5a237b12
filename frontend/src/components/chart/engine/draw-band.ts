/** The area between the two edges about a line. */
import { type Columns, visible } from '../plot/columns'
import type { Rect } from '../plot/layout'
import type { View } from '../plot/scale'

export const BAND_OPACITY = 0.16

/** A corner of the outline, in CSS pixels. */
export type Corner = [number, number]

/**
 * Outlines of the parts of a band in sight: along the upper edge and back along
 * the lower. An edge that a log axis cannot show lies below the plot.
 */
export function bandOutlines(band: { low: Columns; high: Columns }, plot: Rect, view: View): Corner[][] {
  const { low, high } = band
  const [from, to] = visible(high, view.x)
  const kx = plot.width / (view.x.max - view.x.min)
  const ky = -plot.height / (view.y.max - view.y.min)
  const bottom = plot.top + plot.height
  const px = (x: number) => plot.left + (x - view.x.min) * kx
  const py = (y: number) => Math.max(plot.top - 50, Math.min(bottom + 50, plot.top + (y - view.y.max) * ky))
  const out: Corner[][] = []
  let upper: Corner[] = []
  let lower: Corner[] = []
  const close = () => {
    if (upper.length > 1) out.push([...upper, ...lower.reverse()])
    upper = []
    lower = []
  }
  for (let i = from; i < to; i++) {
    const y = high.yLast[i]
    if (!Number.isFinite(high.x[i]) || !Number.isFinite(y)) {
      close()
      continue
    }
    const x = px(high.x[i])
    upper.push([x, py(y)])
    lower.push([x, Number.isFinite(low.yLast[i]) ? py(low.yLast[i]) : bottom + 50])
  }
  close()
  return out
}

/** Fills a band; clipping and opacity are the caller's. */
export function drawBand(
  ctx: CanvasRenderingContext2D,
  band: { low: Columns; high: Columns },
  plot: Rect,
  view: View,
  colour: string,
): void {
  ctx.fillStyle = colour
  for (const outline of bandOutlines(band, plot, view)) {
    ctx.beginPath()
    for (const [x, y] of outline) ctx.lineTo(x, y)
    ctx.closePath()
    ctx.fill()
  }
}

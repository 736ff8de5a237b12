/**
 * Draws the lines of a chart into a picture. The work is a generator that
 * yields after every line, so that a thread without a worker can stop for a
 * frame and go on.
 */
import { type PlotLine, visible } from '../plot/columns'
import type { Affine, Pen, Rasteriser } from './kernel'
import type { FrameSpec, Stroke } from './protocol'

/** Above this many lines x columns + points, steep parts are drawn the cheap way. */
export const FINE_LIMIT = 2_500_000

export function* paintFrame(raster: Rasteriser, lines: readonly PlotLine[], spec: FrameSpec): Generator<void, void> {
  const { width, height, view } = spec
  const kx = width / (view.x.max - view.x.min)
  const ax: Affine = { origin: view.x.min, factor: kx }
  const ay: Affine = { origin: view.y.max, factor: -height / (view.y.max - view.y.min) }
  const order = drawingOrder(lines, spec)
  const fine = !spec.draft && work(order, lines, spec) <= FINE_LIMIT
  raster.begin(width, height)
  for (const i of order) {
    const stroke = spec.strokes[i]
    if (!stroke) continue
    const c = lines[i].columns
    const [from, to] = visible(c, view.x)
    const pen = toPen(stroke, spec, kx, fine)
    if (c.mode === 'points') raster.points(c.x, c.yFirst, from, to, ax, ay, pen)
    else raster.bins([c.x, c.xLast, c.yFirst, c.yMin, c.yMax, c.yLast], c.breaks, from, to, ax, ay, pen)
    yield
  }
}

/** Faint lines first, so that they lie under the smoothed ones. */
function drawingOrder(lines: readonly PlotLine[], spec: FrameSpec): number[] {
  const shown: number[] = []
  for (let i = 0; i < lines.length; i++) if (spec.strokes[i]) shown.push(i)
  const smoothed = (i: number) => (lines[i].wire.layer === 'smoothed' ? 1 : 0)
  return shown.sort((a, b) => smoothed(a) - smoothed(b))
}

function work(order: number[], lines: readonly PlotLine[], spec: FrameSpec): number {
  let points = 0
  for (const i of order) points += lines[i].columns.n
  return order.length * spec.width + points
}

function toPen(stroke: Stroke, spec: FrameSpec, kx: number, fine: boolean): Pen {
  const { ratio } = spec
  let dash: Pen['dash'] = null
  if (stroke.dash) {
    const on = stroke.dash.on * ratio
    const off = stroke.dash.off * ratio
    const period = on + off
    // Anchored to x = 0, so that the pattern travels with the data.
    const place = (spec.view.x.min * kx) % period
    dash = { on, off, phase: place < 0 ? place + period : place }
  }
  return { width: spec.strokeWidth * ratio, rgb: stroke.rgb, alpha: stroke.alpha, dash, fine }
}

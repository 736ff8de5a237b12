/** Draws grid, axes and titles on a canvas scaled to CSS pixels. */
import { HEADER, type Layout } from '../plot/layout'
import { fraction, type View } from '../plot/scale'
import type { ChartTheme } from './theme'

export const LABEL_SIZE = 11

export function labelFont(theme: ChartTheme): string {
  return `${LABEL_SIZE}px ${theme.font}`
}

/** Lines of the grid, one device pixel wide. */
export function drawGrid(
  ctx: CanvasRenderingContext2D,
  layout: Layout,
  view: View,
  theme: ChartTheme,
  ratio: number,
): void {
  const { plot } = layout
  const hair = 1 / ratio
  const snap = (v: number) => Math.round(v * ratio) / ratio
  ctx.fillStyle = theme.grid
  for (const minor of [true, false]) {
    ctx.globalAlpha = minor ? 0.5 : 1
    for (const tick of layout.xTicks) {
      if ((tick.label === '') !== minor) continue
      ctx.fillRect(snap(plot.left + fraction(view.x, tick.at) * plot.width), plot.top, hair, plot.height)
    }
    for (const tick of layout.yTicks) {
      if ((tick.label === '') !== minor) continue
      ctx.fillRect(plot.left, snap(plot.top + (1 - fraction(view.y, tick.at)) * plot.height), plot.width, hair)
    }
  }
  ctx.globalAlpha = 1
}

export function drawAxes(
  ctx: CanvasRenderingContext2D,
  layout: Layout,
  view: View,
  titles: { x: string; y: string },
  theme: ChartTheme,
  ratio: number,
): void {
  const { plot } = layout
  const hair = 1 / ratio
  const snap = (v: number) => Math.round(v * ratio) / ratio
  const base = plot.top + plot.height
  ctx.fillStyle = theme.axis
  ctx.fillRect(plot.left, snap(base), plot.width, hair)
  ctx.font = labelFont(theme)
  ctx.fillStyle = theme.muted
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'right'
  for (const tick of layout.yTicks) {
    const y = plot.top + (1 - fraction(view.y, tick.at)) * plot.height
    if (tick.label !== '') ctx.fillText(tick.label, plot.left - 8, Math.round(y * ratio) / ratio)
  }
  ctx.textBaseline = 'top'
  for (const tick of layout.xTicks) {
    const x = plot.left + fraction(view.x, tick.at) * plot.width
    if (tick.label === '') continue
    drawInside(ctx, layout, tick.label, x, base + 6)
    if (tick.sub) drawInside(ctx, layout, tick.sub, x, base + 20)
  }
  ctx.fillStyle = theme.text
  if (titles.y !== '') {
    ctx.textAlign = 'left'
    ctx.textBaseline = 'middle'
    ctx.fillText(titles.y, 8, HEADER / 2, plot.width)
  }
  if (titles.x !== '') {
    ctx.textAlign = 'center'
    ctx.textBaseline = 'bottom'
    ctx.fillText(titles.x, plot.left + plot.width / 2, layout.height - 2)
  }
}

/** Centred under its tick, but never cut off by the edge of the chart. */
function drawInside(ctx: CanvasRenderingContext2D, layout: Layout, text: string, x: number, y: number): void {
  const half = ctx.measureText(text).width / 2
  ctx.textAlign = 'center'
  ctx.fillText(text, Math.min(Math.max(x, half), layout.width - half - 1), y)
}

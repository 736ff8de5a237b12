/** Puts the layers of a chart together on its two canvases. */
import type { Layout, Rect } from '../plot/layout'
import { fraction, fromScale, span } from '../plot/scale'
import { formatX } from '../plot/values'
import type { Crosshair } from './crosshair'
import { lightsUp } from './data'
import { drawAxes, drawGrid, labelFont } from './draw-axes'
import { BAND_OPACITY, drawBand } from './draw-band'
import {
  drawAxisLabel,
  drawBox,
  drawCrosshair,
  drawDot,
  drawLine,
  drawNonFinite,
  type NonFiniteMark,
} from './draw-marks'
import type { ChartModel } from './model'
import type { PictureHolder } from './picture'
import type { Stage } from './stage'
import { DIMMED, LIT_WIDTH, STROKE_WIDTH } from './strokes'
import type { Tooltip } from './tooltip'
import { tooltipOf } from './tooltip-content'

/** Lit lines drawn at most. */
const MOST_LIT = 60

/** Grid, lines and axes. While a line is lit the picture of all lines is dimmed, not redrawn. */
export function drawPlot(
  stage: Stage,
  model: ChartModel,
  layout: Layout,
  picture: PictureHolder,
  lit: string | null,
): void {
  const { ratio } = stage
  const { theme, state } = model
  const ctx = stage.plot
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
  ctx.clearRect(0, 0, stage.width, stage.height)
  if (!model.data?.extent) return
  drawGrid(ctx, layout, state.view, theme, ratio)
  ctx.save()
  clip(ctx, layout.plot)
  for (const top of model.tops) {
    if (!top.band) continue
    ctx.globalAlpha = lit === null || lightsUp(top.line, lit) ? BAND_OPACITY : BAND_OPACITY * DIMMED
    drawBand(ctx, top.band, layout.plot, state.view, model.colourOf(top.line))
  }
  ctx.globalAlpha = lit === null ? 1 : DIMMED
  picture.draw(ctx, state.view, layout.plot, ratio)
  ctx.restore()
  const { x, y } = model.looks()
  drawAxes(ctx, layout, state.view, { x: x.title, y: y.title }, theme, ratio)
}

/** Lit lines, marks, crosshair, the box being dragged. */
export function drawOverlay(
  stage: Stage,
  model: ChartModel,
  layout: Layout,
  marks: readonly NonFiniteMark[],
  lit: string | null,
  box: Rect | null,
): void {
  const { ratio } = stage
  const ctx = stage.overlay
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
  ctx.clearRect(0, 0, stage.width, stage.height)
  ctx.save()
  clip(ctx, layout.plot)
  if (lit !== null) drawLit(ctx, model, layout.plot, lit)
  for (const mark of marks) {
    ctx.globalAlpha = lit === null || mark.run === lit ? 1 : DIMMED
    drawNonFinite(ctx, mark, layout.plot, model.state.view, model.theme.background)
  }
  ctx.globalAlpha = 1
  if (box) drawBox(ctx, box, model.theme.focus)
  ctx.restore()
}

function clip(ctx: CanvasRenderingContext2D, plot: Rect): void {
  ctx.beginPath()
  ctx.rect(plot.left, plot.top, plot.width, plot.height)
  ctx.clip()
}

function drawLit(ctx: CanvasRenderingContext2D, model: ChartModel, plot: Rect, run: string): void {
  const { data, tops, state } = model
  if (!data) return
  for (const top of tops.filter(({ line }) => lightsUp(line, run)).slice(0, MOST_LIT)) {
    const colour = model.colourOf(top.line)
    ctx.strokeStyle = colour
    ctx.fillStyle = colour
    const { raw, smoothed } = top.layers
    if (smoothed >= 0 && raw >= 0) {
      ctx.globalAlpha = 0.3
      drawLine(ctx, data.plot[raw].columns, plot, state.view, STROKE_WIDTH)
      ctx.globalAlpha = 1
    }
    ctx.setLineDash(top.line.dash)
    drawLine(ctx, top.columns, plot, state.view, LIT_WIDTH)
    ctx.setLineDash([])
  }
}

/** The crosshair's line and label, and the tooltip of the point it is at. */
export function drawCursor(
  stage: Stage,
  model: ChartModel,
  layout: Layout,
  crosshair: Crosshair,
  tooltip: Tooltip | null,
): void {
  const { state, props, theme, data } = model
  const { plot } = layout
  const ctx = stage.overlay
  const s = crosshair.scaleX(plot)
  const px = plot.left + fraction(state.view.x, s) * plot.width
  if (!data?.extent || !(px >= plot.left && px <= plot.left + plot.width)) {
    tooltip?.hide()
    return
  }
  drawCrosshair(ctx, px, plot, theme.crosshair, stage.ratio)
  ctx.font = labelFont(theme)
  const label = formatX(crosshair.hit ? fromScale(state.xKind, s) : tidy(s, model), props.xScale, props.utc ?? false)
  drawAxisLabel(ctx, label, px, plot, stage.width, { fill: theme.text, text: theme.background })
  const { hit, top } = crosshair
  if (!hit || !top) {
    tooltip?.hide()
    return
  }
  const y = plot.top + (1 - fraction(state.view.y, hit.y)) * plot.height
  const colour = model.colourOf(top.line)
  if (y >= plot.top && y <= plot.top + plot.height) drawDot(ctx, px, y, colour, theme.background)
  tooltip?.show(tooltipOf(data, top, hit.entry, props, colour), px, y, { ...plot, left: 0, width: stage.width })
}

/** A pointer's x with no more digits than a pixel is worth. */
function tidy(s: number, model: ChartModel): number {
  const { state, props } = model
  if (state.xKind === 'log') return Number(fromScale('log', s).toPrecision(4))
  if (props.xWhole) return Math.round(s)
  const digits = Math.ceil(-Math.log10(span(state.view.x) / 2000))
  return digits >= 0 && digits < 20 ? Number(s.toFixed(digits)) : Math.round(s)
}

/** Ends of live lines that are in sight, for the pulses; of lit ones only while some are. */
export function liveEnds(
  model: ChartModel,
  plot: Rect,
  lit: string | null,
): { x: number; y: number; colour: string }[] {
  const { x, y } = model.state.view
  const ends: { x: number; y: number; colour: string }[] = []
  for (const { line, columns } of model.tops) {
    if (!line.live || (lit !== null && !lightsUp(line, lit))) continue
    let i = columns.n - 1
    while (i >= 0 && !Number.isFinite(columns.yLast[i])) i--
    if (i < 0) continue
    const tx = fraction(x, columns.xLast[i])
    const ty = fraction(y, columns.yLast[i])
    if (!(tx >= 0 && tx <= 1 && ty >= 0 && ty <= 1)) continue
    ends.push({ x: plot.left + tx * plot.width, y: plot.top + (1 - ty) * plot.height, colour: model.colourOf(line) })
  }
  return ends
}

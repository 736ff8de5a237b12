/** Draws what lies over the lines: a lit line, marks of values that are not finite, crosshair, box. */
import { BIN_NAN, BIN_NEG_INF, BIN_POS_INF } from '../../../backend/series/wire'
import { type Columns, type PlotLine, visible } from '../plot/columns'
import type { Rect } from '../plot/layout'
import { fraction, type View } from '../plot/scale'

/** Above this many visible entries a lit line is drawn column by column. */
const STROKE_LIMIT = 700

/** Strokes a whole line in the current style, clipped by the caller. */
export function drawLine(ctx: CanvasRenderingContext2D, c: Columns, plot: Rect, view: View, width: number): void {
  const [from, to] = visible(c, view.x)
  const kx = plot.width / (view.x.max - view.x.min)
  const ky = -plot.height / (view.y.max - view.y.min)
  const px = (x: number) => plot.left + (x - view.x.min) * kx
  const py = (y: number) => clampY(plot.top + (y - view.y.max) * ky, plot)
  if (c.mode === 'bins' || to - from > STROKE_LIMIT) {
    drawColumns(ctx, c, from, to, px, py, width)
    return
  }
  ctx.lineWidth = width
  ctx.lineJoin = 'round'
  ctx.lineCap = 'round'
  ctx.beginPath()
  let open = false
  for (let i = from; i < to; i++) {
    const y = c.yFirst[i]
    if (!Number.isFinite(y) || !Number.isFinite(c.x[i])) {
      open = false
      continue
    }
    if (open) ctx.lineTo(px(c.x[i]), py(y))
    else {
      ctx.moveTo(px(c.x[i]), py(y))
      // A point between two gaps is a dot.
      ctx.lineTo(px(c.x[i]), py(y))
    }
    open = true
  }
  ctx.stroke()
}

/** One rectangle a pixel column: far cheaper than stroking thousands of segments. */
function drawColumns(
  ctx: CanvasRenderingContext2D,
  c: Columns,
  from: number,
  to: number,
  px: (x: number) => number,
  py: (y: number) => number,
  width: number,
): void {
  const half = width / 2
  let column = Number.NaN
  let low = 0
  let high = 0
  let lastX = Number.NaN
  let lastY = 0
  const flush = () => {
    if (!Number.isNaN(column)) ctx.fillRect(column, low - half, 1, high - low + width)
  }
  const reach = (x: number, y: number) => {
    const at = Math.floor(x)
    if (at !== column) {
      flush()
      column = at
      low = y
      high = y
    } else if (y < low) low = y
    else if (y > high) high = y
  }
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(c.yMin[i]) || (c.breaks.length > 0 && c.breaks[i] === 1)) lastX = Number.NaN
    if (!Number.isFinite(c.yMin[i])) continue
    const x = px((c.x[i] + c.xLast[i]) / 2)
    const y = py(c.yFirst[i])
    // Columns between two entries follow the straight line.
    for (let at = Math.floor(lastX) + 1; at <= x; at++) reach(at, lastY + ((y - lastY) * (at - lastX)) / (x - lastX))
    reach(x, y)
    lastX = x
    lastY = y
    if (c.mode === 'bins') {
      reach(x, py(c.yMin[i]))
      reach(x, py(c.yMax[i]))
      lastY = py(c.yLast[i])
      reach(x, lastY)
    }
  }
  flush()
}

function clampY(y: number, plot: Rect): number {
  return Math.max(plot.top - 4000, Math.min(plot.top + plot.height + 4000, y))
}

/** Where values that are not finite are, thinned to what can be told apart. */
export interface NonFiniteMark {
  kind: 'nan' | 'inf' | '-inf'
  /** In scale space. */
  x: number
  colour: string
  run: string
}

/** Width of a mark in CSS pixels; marks nearer than this are one. */
const MARK = 8
const MOST_MARKS = 400

export function nonFiniteMarks(
  lines: readonly { line: PlotLine; colour: string; run: string }[],
  view: View,
  plot: Rect,
): NonFiniteMark[] {
  const marks: NonFiniteMark[] = []
  const kx = plot.width / (view.x.max - view.x.min)
  for (const { line, colour, run } of lines) {
    const { wire, columns } = line
    if (wire.nan + wire.posInf + wire.negInf === 0) continue
    const data = wire.data
    const [from, to] = visible(columns, view.x)
    const taken = { nan: -1, inf: -1, '-inf': -1 }
    const mark = (kind: NonFiniteMark['kind'], x: number) => {
      const cell = Math.floor(((x - view.x.min) * kx) / MARK)
      if (cell === taken[kind] || marks.length >= MOST_MARKS || x < view.x.min || x > view.x.max) return
      taken[kind] = cell
      marks.push({ kind, x, colour, run })
    }
    for (let i = from; i < to; i++) {
      if (data.mode === 'points') {
        const y = data.y[i]
        if (Number.isFinite(y)) continue
        mark(Number.isNaN(y) ? 'nan' : y > 0 ? 'inf' : '-inf', columns.x[i])
        continue
      }
      const flags = data.flags[i]
      if (flags & BIN_NAN) mark('nan', columns.x[i])
      if (flags & BIN_POS_INF) mark('inf', columns.x[i])
      if (flags & BIN_NEG_INF) mark('-inf', columns.x[i])
    }
  }
  return marks
}

/** A triangle on the edge: up at the top +Inf, down at the bottom -Inf, hollow at the bottom NaN. */
export function drawNonFinite(
  ctx: CanvasRenderingContext2D,
  mark: NonFiniteMark,
  plot: Rect,
  view: View,
  background: string,
): void {
  const x = plot.left + fraction(view.x, mark.x) * plot.width
  if (x < plot.left - 1 || x > plot.left + plot.width + 1) return
  const base = plot.top + plot.height
  ctx.beginPath()
  if (mark.kind === 'inf') triangle(ctx, x, plot.top + 8, plot.top + 1)
  else if (mark.kind === '-inf') triangle(ctx, x, base - 8, base - 1)
  else triangle(ctx, x, base - 1.5, base - 8.5)
  const hollow = mark.kind === 'nan'
  ctx.fillStyle = hollow ? background : mark.colour
  ctx.strokeStyle = hollow ? mark.colour : background
  ctx.lineWidth = hollow ? 1.5 : 1
  ctx.lineJoin = 'round'
  if (!hollow) ctx.stroke()
  ctx.fill()
  if (hollow) ctx.stroke()
}

function triangle(ctx: CanvasRenderingContext2D, x: number, base: number, tip: number): void {
  ctx.moveTo(x - 4, base)
  ctx.lineTo(x + 4, base)
  ctx.lineTo(x, tip)
  ctx.closePath()
}

export function drawDot(ctx: CanvasRenderingContext2D, x: number, y: number, colour: string, halo: string): void {
  ctx.beginPath()
  ctx.arc(x, y, 4, 0, 2 * Math.PI)
  ctx.fillStyle = colour
  ctx.strokeStyle = halo
  ctx.lineWidth = 2
  ctx.stroke()
  ctx.fill()
}

/** A hairline over the height of the plot. */
export function drawCrosshair(
  ctx: CanvasRenderingContext2D,
  x: number,
  plot: Rect,
  colour: string,
  ratio: number,
): void {
  if (x < plot.left || x > plot.left + plot.width) return
  ctx.fillStyle = colour
  ctx.fillRect(Math.round(x * ratio) / ratio, plot.top, 1 / ratio, plot.height)
}

/** A label on the x axis, in reverse colours. */
export function drawAxisLabel(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  plot: Rect,
  width: number,
  colours: { fill: string; text: string },
): void {
  const w = ctx.measureText(text).width + 10
  const left = Math.min(Math.max(x - w / 2, 0), width - w)
  const top = plot.top + plot.height + 3
  ctx.fillStyle = colours.fill
  ctx.beginPath()
  ctx.roundRect(left, top, w, 16, 3)
  ctx.fill()
  ctx.fillStyle = colours.text
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  ctx.fillText(text, left + 5, top + 8.5)
}

export function drawBox(ctx: CanvasRenderingContext2D, box: Rect, colour: string): void {
  ctx.fillStyle = colour
  ctx.globalAlpha = 0.12
  ctx.fillRect(box.left, box.top, box.width, box.height)
  ctx.globalAlpha = 1
  ctx.strokeStyle = colour
  ctx.lineWidth = 1
  ctx.strokeRect(box.left + 0.5, box.top + 0.5, Math.max(0, box.width - 1), Math.max(0, box.height - 1))
}

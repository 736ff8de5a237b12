/** Where things are in the chart, in CSS pixels. */

import type { Interval, ScaleKind } from './scale'
import { type AxisFormat, axisTicks, type Tick } from './ticks'

export interface Rect {
  left: number
  top: number
  width: number
  height: number
}

export interface Layout {
  width: number
  height: number
  plot: Rect
  xTicks: Tick[]
  yTicks: Tick[]
}

export interface AxisLook {
  kind: ScaleKind
  format: AxisFormat
  title: string
  interval: Interval
}

export const HEADER = 22
const TICK_ROW = 18
const TITLE_ROW = 16
const RIGHT = 16
const GAP = 8

/** Lays out a chart; `measure` gives the width of a label in CSS pixels. */
export function layOut(
  width: number,
  height: number,
  x: AxisLook,
  y: AxisLook,
  measure: (text: string) => number,
): Layout {
  const yCount = Math.max(2, Math.round((height - HEADER - TICK_ROW) / 48))
  const yTicks = axisTicks(y.kind, y.format, y.interval, yCount)
  let widest = 0
  for (const tick of yTicks) widest = Math.max(widest, measure(tick.label))
  // Steps of 8 pixels, so that the plot does not shake while panning.
  const left = Math.min(Math.max(32, Math.ceil((widest + GAP + 4) / 8) * 8), Math.max(32, width * 0.4))
  const sub = x.format === 'time-local' || x.format === 'time-utc' ? TICK_ROW - 4 : 0
  const bottom = TICK_ROW + sub + (x.title === '' ? 0 : TITLE_ROW) + 2
  const plot: Rect = {
    left,
    top: HEADER,
    width: Math.max(1, Math.round(width - left - RIGHT)),
    height: Math.max(1, Math.round(height - HEADER - bottom)),
  }
  const xTicks = fitTicks(plot.width, x, measure)
  return { width, height, plot, xTicks, yTicks }
}

/** As many x ticks as fit without their labels touching. */
function fitTicks(width: number, x: AxisLook, measure: (text: string) => number): Tick[] {
  let count = Math.max(2, Math.floor(width / 96))
  for (;;) {
    const ticks = axisTicks(x.kind, x.format, x.interval, count)
    if (count <= 2 || roomy(ticks, width, x.interval, measure)) return ticks
    count--
  }
}

function roomy(ticks: Tick[], width: number, interval: Interval, measure: (text: string) => number): boolean {
  const k = width / (interval.max - interval.min)
  let end = Number.NEGATIVE_INFINITY
  for (const tick of ticks) {
    if (tick.label === '') continue
    const half = measure(tick.label) / 2
    const at = (tick.at - interval.min) * k
    if (at - half < end + 12) return false
    end = at + half
  }
  return true
}

/** Places a box of the given size beside a point, or above or below it, so that it stays inside and off the point. */
export function placeBeside(
  px: number,
  py: number,
  box: { width: number; height: number },
  within: Rect,
): { left: number; top: number } {
  const distance = 14
  const right = within.left + within.width
  const bottom = within.top + within.height
  let left = px + distance
  if (left + box.width > right) left = px - distance - box.width
  if (left >= within.left) {
    return { left, top: Math.max(within.top, Math.min(py - box.height / 2, bottom - box.height)) }
  }
  left = Math.max(within.left, Math.min(px - box.width / 2, right - box.width))
  const above = py - distance - box.height
  return { left, top: above >= within.top ? above : Math.min(py + distance, bottom - box.height) }
}

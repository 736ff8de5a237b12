/** What an export draws: a moment of the chart, in CSS pixels. */
import type { Loaded, TopLine } from '../engine/data'
import type { ChartTheme } from '../engine/theme'
import type { AxisLook } from '../plot/layout'
import type { View } from '../plot/scale'
import type { Stroke } from '../raster/protocol'

export interface Scene {
  width: number
  height: number
  view: View
  looks: { x: AxisLook; y: AxisLook }
  title: string
  theme: ChartTheme
  data: Loaded | null
  lines: { top: TopLine; colour: string }[]
  /** By position in the answer, as on screen. */
  strokes: (Stroke | null)[]
}

export interface LegendEntry {
  label: string
  colour: string
  dash: number[]
}

export interface Legend {
  entries: LegendEntry[]
  /** Lines that are not named. */
  more: number
  columns: number
  columnWidth: number
  height: number
}

/** Lines named in an export's legend at most; the rest is counted. */
const MOST_ENTRIES = 24
export const LEGEND_ROW = 18
export const TITLE_HEIGHT = 30

/** Entries of the legend in columns under the chart. */
export function legendOf(scene: Scene): Legend {
  const seen = new Set<string>()
  const all: LegendEntry[] = []
  for (const { top, colour } of scene.lines) {
    const key = `${top.line.label} ${colour} ${top.line.dash.join()}`
    if (seen.has(key)) continue
    seen.add(key)
    all.push({ label: top.line.label, colour, dash: top.line.dash })
  }
  const entries = all.slice(0, MOST_ENTRIES)
  const more = all.length - entries.length
  const longest = Math.max(0, ...entries.map((entry) => entry.label.length))
  const columnWidth = Math.min(300, 44 + longest * 6.6)
  const columns = Math.max(1, Math.floor((scene.width - 8) / columnWidth))
  const rows = Math.ceil((entries.length + (more > 0 ? 1 : 0)) / columns)
  return { entries, more, columns, columnWidth, height: rows === 0 ? 0 : rows * LEGEND_ROW + 10 }
}

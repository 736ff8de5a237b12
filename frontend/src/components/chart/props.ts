/**
 * What the chart component is given and what it gives back. The chart draws
 * lines; what they are, where they come from and how they are smoothed is
 * decided outside of it.
 */
import type { Ref } from 'react'

/** A closed interval on an axis, in data units, from ≤ to. */
export type AxisRange = [number, number]

/** `time` is a linear axis in seconds since the Unix epoch, ticked by calendar. */
export type XScale = 'linear' | 'log' | 'time' | 'duration'
export type YScale = 'linear' | 'log'

export interface ChartLine {
  /** Unique in the chart. The line's data is the one at its position in `lines`. */
  id: string
  /** Any CSS colour; belongs to the run. */
  colour: string
  /** Canvas dash pattern in CSS pixels; empty for a solid line. Tells contexts apart. */
  dash: number[]
  /** What the tooltip and the legend say: name of the run, and context if there are several. */
  label: string
  /** Key of the run, `repository/hash`: lines of one run light up together. */
  run: string
  /** The context as display text; '' for the empty one. */
  context: string
  /** The run is still being written: its end pulses. */
  live: boolean
  /** Lines of one group light up together too. */
  group?: string
  /** More that the tooltip says: name and value. */
  fields?: [string, string][]
  /** The area about the line. Its edges are lines of the answer beyond those in `lines`. */
  band?: Band
}

export interface Band {
  /** Positions in the answer. */
  low: number
  high: number
  /** What it shows, for the tooltip. */
  name: string
}

export interface LoadRequest {
  /** Visible range on the x axis, or null for all. */
  range: AxisRange | null
  /** Device pixels that the range is drawn on. */
  width: number
  signal: AbortSignal
}

/** One line's value at the cursor, by exact point. */
export interface CursorValue {
  id: string
  /** The point nearest to the cursor's x. */
  x: number
  /** The raw value: NaN and infinities as they were logged. */
  y: number
  /** The smoothed value there, null when smoothing is off. */
  smoothed: number | null
}

export interface NearestPoint extends CursorValue {
  run: string
}

/** What a chart measured of itself, for benchmarks and tests. */
export interface FrameStats {
  /** Pictures of the lines received. */
  frames: number
  /** Drawing time of the last one, and from its wish to its arrival. */
  drawMilliseconds: number
  lagMilliseconds: number
  /** When the view of the picture on screen was the current one (performance.now). */
  shownFrom: number
  /** The picture on screen is the exact one for the view. */
  exact: boolean
  /** Which build of the rasteriser draws; null before the first picture. */
  engine: 'wasm' | 'js' | null
  /** Work of the page's thread in each of the latest frames, in milliseconds. */
  costs: number[]
}

/** Colours of an export; `current` is what is on screen. */
export type ExportTheme = 'current' | 'light' | 'dark' | 'print'

export interface ChartHandle {
  /** A PNG of the whole chart with title, axes and legend, `scale` pixels for each CSS pixel. */
  exportPNG(scale: number, theme?: ExportTheme): Promise<Blob>
  exportSVG(theme?: ExportTheme): string
  /** Values of all lines that are not hidden at an x, nearest point each; [] when nothing is loaded. */
  valuesAt(x: number): CursorValue[]
  /** The loaded points or bins as CSV rows with a header: line, context, x, y (bins: first, min, max, last). */
  exportCSV(): string
  /** Reads the data again, e.g. after it changed on disk. */
  reload(): void
  stats(): FrameStats
}

/** What the chart tells about what it shows, e.g. "all 60,000 points" or "1:1". */
export interface ChartSummary {
  /** Points in the visible range, over the visible lines. */
  points: number
  /** Every point is drawn by itself. */
  exact: boolean
  /** Values not drawn because they are not finite, or ≤ 0 on a log axis. */
  nan: number
  infinite: number
  nonPositive: number
  /** Points outside the y range, because outliers are ignored or the range was set. */
  offScale: number
  /** The y range that fits what is in sight, whether it is shown or not; null without data. */
  fitY: AxisRange | null
}

export interface ChartProps {
  lines: ChartLine[]
  /** Answers a message of the series format with one entry a line (and one more for each smoothed layer). */
  load: (request: LoadRequest) => Promise<ArrayBuffer>
  /** A change makes the chart load again; what is drawn stays until the new data is there. */
  dataKey: string
  /** Heading of the chart and of its exports. Drawn by the chart in exports only. */
  title: string
  xLabel: string
  yLabel: string
  xScale: XScale
  yScale: YScale
  /** Visible x range, shared by charts that zoom together; null for all data. */
  xRange: AxisRange | null
  onXRange: (range: AxisRange | null) => void
  /** Fixed y range; null to fit the data. */
  yRange: AxisRange | null
  onYRange?: (range: AxisRange | null) => void
  /** Fit the y axis to the bulk of the data; off-scale points are counted, not dropped. */
  ignoreOutliers: boolean
  /** Position of the shared crosshair on the x axis. */
  cursorX: number | null
  /** The pointer, or an arrow key, moved the crosshair; nearest is within 24 px or null. */
  onCursor: (x: number | null, nearest: NearestPoint | null) => void
  /** `run` of the lines that light up while the rest dims, or null. */
  highlight: string | null
  onHighlight: (run: string | null) => void
  /** A click on a line; additive with ctrl, command or shift. */
  onPick?: (run: string, additive: boolean) => void
  /** Ids of lines that are not drawn. */
  hidden: ReadonlySet<string>
  /** Told after each load or zoom. */
  onSummary?: (summary: ChartSummary) => void
  /** The lines are worked out from others: says from what, in place of the count of points. */
  derived?: string
  /** Text for people who do not see the canvas; the chart adds ranges to it. */
  description?: string
  /** Calendar ticks in UTC instead of local time. */
  utc?: boolean
  /** The x axis counts whole things (steps, epochs): no ticks between integers. */
  xWhole?: boolean
  /** The wheel zooms always, or, for charts in a page that scrolls, only with Ctrl, Alt or Meta. */
  wheelZoom?: 'always' | 'modifier'
  ref?: Ref<ChartHandle>
}

/**
 * CSS custom properties the chart reads from its element whenever the root's
 * `data-theme` attribute changes. All are set in `src/app/theme.css`.
 */
export const CHART_TOKENS = {
  background: '--chart-bg',
  text: '--chart-text',
  faintText: '--chart-text-faint',
  grid: '--chart-grid',
  axis: '--chart-axis',
  crosshair: '--chart-crosshair',
  tooltipBackground: '--float-bg',
  tooltipBorder: '--float-border',
  focus: '--focus',
} as const

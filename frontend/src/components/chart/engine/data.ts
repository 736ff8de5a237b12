/** The answer a chart shows, with what follows from it. */
import { decodeSeries, type WireLine } from '../../../backend/series/wire'
import { type Columns, type PlotLine, plotLine } from '../plot/columns'
import type { Interval, ScaleKind } from '../plot/scale'
import { toScale } from '../plot/scale'
import type { ChartLine } from '../props'

/** The layers of one requested line; either may be missing. */
export interface LineLayers {
  index: number
  /** Positions in `plot`, -1 where there is none. */
  raw: number
  smoothed: number
}

export interface Loaded {
  message: ArrayBuffer
  plot: PlotLine[]
  layers: LineLayers[]
  /** Asked range in scale space (null: all) and the device pixels it was asked for. */
  asked: Interval | null
  width: number
  /** Every point of every line is here by itself: no zoom needs more. */
  complete: boolean
  /** Extent in x of the whole lines, in scale space; null when there is none. */
  extent: Interval | null
}

export function loaded(
  message: ArrayBuffer,
  asked: Interval | null,
  width: number,
  x: ScaleKind,
  y: ScaleKind,
): Loaded {
  const wire = decodeSeries(message)
  const plot = wire.map((line) => plotLine(line, x, y))
  return {
    message,
    plot,
    layers: layersOf(wire),
    asked,
    width,
    complete: wire.every(
      (line) => line.status !== 'ok' || (line.data.mode === 'points' && line.inRange === line.total),
    ),
    extent: extentOf(plot, x),
  }
}

export function rescaled(data: Loaded, x: ScaleKind, y: ScaleKind): Loaded {
  const plot = data.plot.map((line) => plotLine(line.wire, x, y))
  return { ...data, plot, extent: extentOf(plot, x) }
}

function layersOf(wire: WireLine[]): LineLayers[] {
  const byIndex = new Map<number, LineLayers>()
  wire.forEach((line, i) => {
    let entry = byIndex.get(line.index)
    if (!entry) {
      entry = { index: line.index, raw: -1, smoothed: -1 }
      byIndex.set(line.index, entry)
    }
    entry[line.layer] = i
  })
  return [...byIndex.values()]
}

function extentOf(plot: PlotLine[], x: ScaleKind): Interval | null {
  const out = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
  for (const { wire, columns } of plot) {
    if (wire.status !== 'ok' || wire.total === 0) continue
    // A log axis starts at the first value it can show.
    const from = toScale(x, wire.xMin)
    const min = Number.isNaN(from) ? firstFinite(columns.x) : from
    const max = toScale(x, wire.xMax)
    if (min < out.min) out.min = min
    if (max > out.max) out.max = max
  }
  return out.min <= out.max && Number.isFinite(out.min) && Number.isFinite(out.max) ? out : null
}

function firstFinite(values: Float64Array): number {
  let least = Number.NaN
  for (const v of values) if (Number.isFinite(v) && !(v >= least)) least = v
  return least
}

/** A line that is drawn on top and can be pointed at: smoothed if there is one. */
export interface TopLine {
  line: ChartLine
  layers: LineLayers
  columns: Columns
  /** Edges of the band about the line, if it has one. */
  band: { low: Columns; high: Columns } | null
}

/** A run, or a group of lines, by the key that names it. */
export function lightsUp(line: ChartLine, key: string): boolean {
  return line.run === key || line.group === key
}

/** The lines that are shown, in drawing order. */
export function topLines(data: Loaded, lines: readonly ChartLine[], hidden: ReadonlySet<string>): TopLine[] {
  const out: TopLine[] = []
  for (const layers of data.layers) {
    const line = lines[layers.index]
    if (!line || hidden.has(line.id)) continue
    const top = data.plot[layers.smoothed >= 0 ? layers.smoothed : layers.raw]
    if (top && top.wire.status === 'ok' && top.columns.n > 0) {
      out.push({ line, layers, columns: top.columns, band: bandOf(data, line) })
    }
  }
  return out
}

function bandOf(data: Loaded, { band }: ChartLine): TopLine['band'] {
  if (!band) return null
  const edge = (index: number) => {
    const layers = data.layers.find((l) => l.index === index)
    return layers && data.plot[layers.raw]?.columns
  }
  const low = edge(band.low)
  const high = edge(band.high)
  return low && high && low.n === high.n ? { low, high } : null
}

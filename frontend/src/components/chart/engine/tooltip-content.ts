/** What the tooltip says of an entry of a line. */
import { type Columns, lowerBound, type PlotLine } from '../plot/columns'
import { nearestFinite } from '../plot/hit'
import { formatFull, formatX, formatXRange } from '../plot/values'
import type { CursorValue } from '../props'
import type { Loaded, TopLine } from './data'
import type { EngineProps } from './options'
import type { TooltipContent } from './tooltip'

export function tooltipOf(
  data: Loaded,
  top: TopLine,
  entry: number,
  props: EngineProps,
  colour: string,
): TooltipContent {
  const { line, layers } = top
  const shown = data.plot[layers.smoothed >= 0 ? layers.smoothed : layers.raw]
  const format = (x: number) => formatX(x, props.xScale, props.utc ?? false)
  const { data: columns } = shown.wire
  const rows: [string, string][] = []
  const name = props.xLabel === '' ? 'x' : props.xLabel
  if (columns.mode === 'points' || columns.x[entry] === columns.xLast[entry]) {
    rows.push([name, format(columns.x[entry])])
  } else rows.push([name, formatXRange(columns.x[entry], columns.xLast[entry], props.xScale, props.utc ?? false)])

  const raw = layers.raw >= 0 ? data.plot[layers.raw] : null
  if (layers.smoothed >= 0) rows.push(...valueRows(shown, entry, 'smoothed'))
  if (props.derived !== undefined && shown.wire.data.mode === 'points') {
    rows.push(['value', rounded(shown.wire.data.y[entry])])
  } else if (raw) {
    const at = raw === shown ? entry : nearestEntry(raw.columns, shown.columns.x[entry])
    if (at >= 0) rows.push(...valueRows(raw, at, layers.smoothed >= 0 ? 'raw' : 'value'))
  }
  if (line.band && top.band && line.band.name !== '') {
    const edge = (index: number) => data.plot.find(({ wire }) => wire.index === index)?.wire.data
    const low = edge(line.band.low)
    const high = edge(line.band.high)
    if (low?.mode === 'points' && high?.mode === 'points') {
      rows.push([line.band.name, `${rounded(low.y[entry])} \u2013 ${rounded(high.y[entry])}`])
    }
  }
  rows.push(...(line.fields ?? []))
  const subtitle = [props.yLabel, line.context].filter((part) => part !== '').join(' \u00b7 ')
  return { colour, title: line.label, subtitle, rows }
}

/** Edges of bands are estimates: more digits would say nothing. */
function rounded(value: number): string {
  return formatFull(Number(value.toPrecision(5)))
}

function valueRows({ wire }: PlotLine, entry: number, name: string): [string, string][] {
  const { data } = wire
  if (data.mode === 'points') return [[name, formatFull(data.y[entry])]]
  if (data.yMin[entry] === data.yMax[entry]) return [[name, formatFull(data.yLast[entry])]]
  if (name === 'smoothed') return [[name, formatFull(data.yLast[entry])]]
  return [
    [`${name}, last`, formatFull(data.yLast[entry])],
    ['lowest', formatFull(data.yMin[entry])],
    ['highest', formatFull(data.yMax[entry])],
  ]
}

/** The entry nearest to an x in scale space, finite or not. */
export function nearestEntry(c: Columns, x: number): number {
  if (c.n === 0) return -1
  if (!c.sorted) return nearestFinite(c, 0, x)
  const i = lowerBound(c.xLast, x)
  if (i === 0) return 0
  if (i >= c.n) return c.n - 1
  return x - c.xLast[i - 1] < Math.max(0, c.x[i] - x) ? i - 1 : i
}

/** The values of a line at the entry nearest to an x in scale space; null when it has none. */
export function valueAt(data: Loaded, top: TopLine, x: number): CursorValue | null {
  const { raw, smoothed } = top.layers
  const source = data.plot[raw >= 0 ? raw : smoothed]
  const i = nearestEntry(source.columns, x)
  if (i < 0) return null
  const { data: columns } = source.wire
  const at = columns.mode === 'points' ? columns.x[i] : columns.xLast[i]
  return {
    id: top.line.id,
    x: at,
    y: columns.mode === 'points' ? columns.y[i] : columns.yLast[i],
    smoothed: smoothed >= 0 ? smoothedAt(data.plot[smoothed], x) : null,
  }
}

function smoothedAt(line: PlotLine, x: number): number | null {
  const i = nearestEntry(line.columns, x)
  if (i < 0) return null
  const { data } = line.wire
  return data.mode === 'points' ? data.y[i] : data.yLast[i]
}

/** What a screen reader hears when the crosshair moves. */
export function spoken(content: TooltipContent): string {
  return [content.title, content.subtitle, ...content.rows.map(([name, value]) => `${name} ${value}`)]
    .filter((part) => part !== '')
    .join(', ')
}

/** What the chart says about its own picture: badges, summary, text for screen readers. */
import { visible } from '../plot/columns'
import { offScale } from '../plot/range'
import { fromScale, type View } from '../plot/scale'
import { counted, formatFull, formatX } from '../plot/values'
import type { ChartSummary } from '../props'
import type { Loaded, TopLine } from './data'
import type { Badge, EngineProps } from './options'
import type { ViewState } from './view-state'

/** Counts over the shown lines. Points of a range that is partly in sight are estimated by the loaded range. */
export function summarise(data: Loaded, tops: readonly TopLine[], view: View): ChartSummary {
  const summary: ChartSummary = { points: 0, exact: true, nan: 0, infinite: 0, nonPositive: 0, offScale: 0, fitY: null }
  for (const { layers } of tops) {
    const source = data.plot[layers.raw >= 0 ? layers.raw : layers.smoothed]
    const { wire, columns } = source
    summary.nan += wire.nan
    summary.infinite += wire.posInf + wire.negInf
    summary.nonPositive += columns.hidden
    if (columns.mode === 'bins') {
      summary.exact = false
      summary.points += wire.inRange
    } else summary.points += pointsInSight(source.columns, view)
  }
  summary.offScale = offScale(
    tops.map((top) => top.columns),
    view.x,
    view.y,
  )
  return summary
}

function pointsInSight(columns: Loaded['plot'][number]['columns'], view: View): number {
  const [from, to] = visible(columns, view.x)
  let n = to - from
  if (from < to && columns.x[from] < view.x.min) n--
  if (from < to - 1 && columns.x[to - 1] > view.x.max) n--
  return n
}

export function badgesOf(summary: ChartSummary, data: Loaded, props: EngineProps): Badge[] {
  const badges: Badge[] = []
  if (summary.nonPositive > 0) {
    badges.push({
      kind: 'hidden',
      text: `${counted(summary.nonPositive, 'point')} \u2264 0 hidden`,
      detail: 'A log axis cannot show zero or negative values.',
    })
  }
  if (summary.offScale > 0) {
    badges.push({
      kind: 'off-scale',
      text: `${formatFull(summary.offScale)} off-scale`,
      detail: props.ignoreOutliers
        ? 'Values outside of the y range, which is fitted to the bulk of the data. They are not dropped.'
        : 'Values outside of the y range.',
    })
  }
  const parts: string[] = []
  if (summary.nan > 0) parts.push(`${formatFull(summary.nan)} NaN`)
  if (summary.infinite > 0) parts.push(`${formatFull(summary.infinite)} Inf`)
  if (parts.length > 0) {
    badges.push({
      kind: 'not-finite',
      text: parts.join(' \u00b7 '),
      detail: 'Values that are not finite: gaps in the line, marked at the edge (hollow: NaN, filled: infinite).',
    })
  }
  const missing = data.plot.filter((line) => line.wire.status !== 'ok').length
  if (missing > 0) {
    badges.push({ kind: 'missing', text: `${counted(missing, 'line')} missing`, detail: missingDetail(data) })
  }
  if (props.derived !== undefined && summary.points > 0) {
    badges.push({ kind: 'exact', text: props.derived, detail: DERIVED })
  } else if (summary.points > 0) {
    badges.push(
      summary.exact
        ? {
            kind: 'exact',
            text: `1:1 \u00b7 ${counted(summary.points, 'point')}`,
            detail: 'Every point is drawn by itself.',
          }
        : {
            kind: 'binned',
            text: `all ${counted(summary.points, 'point')}`,
            detail:
              'More points than pixels: each pixel column shows first, lowest, highest and last. No point is left out; zoom in to see them one by one.',
          },
    )
  }
  return badges
}

const DERIVED =
  'Worked out from the lines of each group at the places in sight; between its points a line is interpolated, and it counts from its first to its last.'

function missingDetail(data: Loaded): string {
  const count = (status: string) => data.plot.filter((line) => line.wire.status === status).length
  const parts = [
    [count('unknown-trace'), 'not logged by the run'],
    [count('unreadable'), 'could not be read'],
    [count('no-x'), 'without the metric of the x axis'],
  ] as const
  return parts.flatMap(([n, why]) => (n > 0 ? [`${counted(n, 'line')} ${why}`] : [])).join(', ')
}

/** One or two sentences that stand for the picture. */
export function summaryText(
  props: EngineProps,
  state: ViewState,
  tops: readonly TopLine[],
  summary: ChartSummary,
): string {
  const opening = props.description ?? `${props.title || props.yLabel || 'Chart'}.`
  if (tops.length === 0) return `${opening} No lines.`
  const { view, xKind, yKind } = state
  const x = (s: number) => formatX(Number(fromScale(xKind, s).toPrecision(12)), props.xScale, props.utc ?? false)
  const y = (s: number) => formatFull(Number(fromScale(yKind, s).toPrecision(4)))
  return [
    opening,
    `${counted(tops.length, 'line')}, ${counted(summary.points, 'point')}.`,
    `${props.xLabel || 'x'} from ${x(view.x.min)} to ${x(view.x.max)},`,
    `${props.yLabel || 'y'} from ${y(view.y.min)} to ${y(view.y.max)}.`,
  ].join(' ')
}

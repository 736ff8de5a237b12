import { Menu } from '@mantine/core'
import { memo, useCallback, useEffect, useMemo, useRef } from 'react'
import { useBackend } from '../../backend/context'
import { groupSeries } from '../../backend/series/grouped'
import { Boundary } from '../../components/Boundary'
import { Chart } from '../../components/chart/Chart'
import type { AxisRange, ChartHandle, LoadRequest } from '../../components/chart/props'
import { IconButton } from '../../components/IconButton'
import { plural } from '../../lib/format'
import { fail, say } from '../../state/notices'
import { useSelection } from '../../state/selection'
import { type ChartControls, type Grouping, useView } from '../../state/view'
import { ids } from '../../testing/ids'
import { xLabelOf, xScaleOf } from './axes'
import { chartHandles, sharedFit, useChartState } from './chartState'
import styles from './metrics.module.css'
import { type ChartSpec, displayName, MIDDLES, SPREADS } from './model'
import { YRangeMenu } from './YRangeMenu'

interface Props {
  spec: ChartSpec
  controls: ChartControls
  expanded: boolean
  onExpand: (id: string) => void
  summary?: string | undefined
  /** Charts that have one y range with this one, itself among them. */
  together: readonly string[]
}

function ChartCardOf({ spec, controls, expanded, onExpand, summary, together }: Props) {
  const backend = useBackend()
  const handle = useRef<ChartHandle>(null)
  const cursorX = useChartState((s) => s.cursorX)
  const xRange = useChartState((s) => s.xRange)
  const { setCursor, zoom, setFit } = useChartState.getState()
  const fit = useChartState((s) => s.fits.get(spec.id) ?? null)
  const shared = useSharedFit(controls.sharedY ? together : NONE)
  const hiddenRuns = useSelection((s) => s.hidden)
  const highlight = useSelection((s) => s.highlight)
  const { x, xMetric, smoothing, grouping } = controls
  const { middle, spread } = grouping
  const xLog = xScaleOf(x, xMetric, controls.xLog) === 'log'
  const whole = xMetric === '' && (x === 'step' || x === 'epoch')
  const yKey = controls.sharedY ? spec.name : spec.id
  const held = controls.yRanges[yKey] ?? null
  const holdY = useCallback((range: AxisRange | null) => setYRange(yKey, range), [yKey])

  const hidden = useMemo(
    () =>
      new Set(
        spec.lines
          .filter((l) => hiddenRuns.has(l.run) || (l.group !== undefined && hiddenRuns.has(l.group)))
          .map((l) => l.id),
      ),
    [spec.lines, hiddenRuns],
  )
  const load = useCallback(
    async ({ range, width, signal }: LoadRequest) => {
      const message = await backend.series({ lines: spec.refs, x, xMetric, range, width, smoothing }, signal)
      return spec.groups === null
        ? message
        : groupSeries(message, spec.groups, { middle, spread }, range, width, { log: xLog, whole })
    },
    [backend, spec.refs, spec.groups, x, xMetric, xLog, whole, smoothing, middle, spread],
  )
  const dataKey = `${spec.version}|${x}|${xMetric}|${smoothing.kind}|${smoothing.amount}|${spec.groups !== null && xLog}`

  useEffect(() => {
    const { id } = spec
    if (handle.current) chartHandles.set(id, handle.current)
    const registered = handle.current
    return () => {
      if (chartHandles.get(id) === registered) chartHandles.delete(id)
      useChartState.getState().setFit(id, null)
    }
  }, [spec])

  const title = spec.facet === '' ? displayName(spec.name) : `${displayName(spec.name)} · ${spec.facet}`
  const contexts = spec.contexts.filter((c) => c.label !== '' || spec.contexts.length > 1)
  const runs = new Set(spec.lines.map((l) => l.run)).size
  return (
    <section className={styles.card} aria-label={title} data-testid={ids.chartCard}>
      <header className={styles.cardHead}>
        <h2 className={styles.cardTitle} title={spec.facet === '' ? spec.name : `${spec.name}\n${spec.facet}`}>
          {displayName(spec.name)}
          {spec.facet !== '' && <span className={styles.facet}>{spec.facet}</span>}
        </h2>
        <div className={styles.contexts}>
          {contexts.map((c) => (
            <span key={c.label} className={styles.context}>
              <svg width="24" height="8" aria-hidden="true">
                <line
                  x1="0"
                  x2="24"
                  y1="4"
                  y2="4"
                  stroke="currentColor"
                  strokeWidth="1.5"
                  strokeDasharray={c.dash.join(' ')}
                />
              </svg>
              {c.label === '' ? 'no context' : c.label}
            </span>
          ))}
        </div>
        {summary !== undefined && (
          <span className={styles.summary} title={summary}>
            {summary.split('\n')[0]}
          </span>
        )}
        <div className={styles.cardTools} data-held={held !== null || undefined}>
          <YRangeMenu title={title} held={held} fit={shared ?? fit} onChange={holdY} />
          <ExportMenu handle={handle} title={title} />
          <IconButton
            icon={expanded ? 'close' : 'expand'}
            label={expanded ? `Make ${title} small again` : `Enlarge ${title}`}
            onClick={() => onExpand(spec.id)}
          />
        </div>
      </header>
      <div className={styles.plot}>
        <Boundary what="This chart">
          <Chart
            ref={handle}
            lines={spec.lines}
            load={load}
            dataKey={dataKey}
            title={title}
            xLabel={xLabelOf(x, xMetric)}
            yLabel=""
            xScale={xScaleOf(x, xMetric, controls.xLog)}
            yScale={controls.yLog ? 'log' : 'linear'}
            xWhole={whole}
            xRange={xRange}
            onXRange={zoom}
            yRange={held ?? shared}
            onYRange={holdY}
            onSummary={(s) => setFit(spec.id, s.fitY)}
            {...(spec.groups === null ? {} : { derived: derivedText(spec, grouping) })}
            ignoreOutliers={controls.ignoreOutliers}
            cursorX={cursorX}
            onCursor={setCursor}
            highlight={highlight}
            onHighlight={useSelection.getState().setHighlight}
            onPick={(run, additive) => {
              if (additive && spec.groups === null) useSelection.getState().toggle(run)
              else useSelection.getState().setHighlight(run)
            }}
            hidden={hidden}
            wheelZoom={expanded ? 'always' : 'modifier'}
            description={`${title} of ${plural(runs, 'run')}`}
          />
        </Boundary>
      </div>
    </section>
  )
}

export const ChartCard = memo(ChartCardOf)

const NONE: readonly string[] = []

/** One range for charts that share it; null when none is shared. */
function useSharedFit(charts: readonly string[]): AxisRange | null {
  const low = useChartState((s) => sharedFit(s.fits, charts)?.[0])
  const high = useChartState((s) => sharedFit(s.fits, charts)?.[1])
  return useMemo(() => (low === undefined || high === undefined ? null : [low, high]), [low, high])
}

function setYRange(key: string, range: AxisRange | null): void {
  const { charts, setCharts } = useView.getState()
  const { [key]: before, ...rest } = charts.yRanges
  if (range === null && before === undefined) return
  setCharts({ yRanges: range === null ? rest : { ...rest, [key]: range } })
}

function derivedText(spec: ChartSpec, { middle, spread }: Grouping): string {
  const word = SPREADS[spread]
  const band = spread === 'none' ? '' : word.startsWith('±') ? ` ${word}` : `, ${word}`
  return `${MIDDLES[middle]} of ${plural(spec.refs.length, 'line')}${band}`
}

function ExportMenu({ handle, title }: { handle: React.RefObject<ChartHandle | null>; title: string }) {
  const backend = useBackend()
  const file = title.replace(/[^\w.-]+/g, '-')
  const save = async (name: string, make: (chart: ChartHandle) => Promise<string | Uint8Array>) => {
    try {
      if (handle.current === null) return
      const path = await backend.saveFile(name, await make(handle.current))
      if (path !== null) say(`Saved to ${path}`)
    } catch (e) {
      fail(e)
    }
  }
  const png = (scale: number) =>
    save(`${file}.png`, async (c) => new Uint8Array(await (await c.exportPNG(scale)).arrayBuffer()))
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <IconButton icon="export" label={`Export ${title}`} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Picture</Menu.Label>
        <Menu.Item onClick={() => png(1)}>PNG</Menu.Item>
        <Menu.Item onClick={() => png(2)}>PNG, twice the size</Menu.Item>
        <Menu.Item onClick={() => save(`${file}.svg`, async (c) => c.exportSVG())}>SVG</Menu.Item>
        <Menu.Item onClick={() => save(`${file}.svg`, async (c) => c.exportSVG('print'))}>SVG for print</Menu.Item>
        <Menu.Label>Values as drawn</Menu.Label>
        <Menu.Item onClick={() => save(`${file}.csv`, async (c) => c.exportCSV())}>CSV</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

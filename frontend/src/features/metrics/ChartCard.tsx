import { Menu } from '@mantine/core'
import { memo, useCallback, useEffect, useMemo, useRef } from 'react'
import { useBackend } from '../../backend/context'
import { Boundary } from '../../components/Boundary'
import { Chart } from '../../components/chart/Chart'
import type { ChartHandle, LoadRequest } from '../../components/chart/props'
import { IconButton } from '../../components/IconButton'
import { plural } from '../../lib/format'
import { fail, say } from '../../state/notices'
import { useSelection } from '../../state/selection'
import type { ChartControls } from '../../state/view'
import { ids } from '../../testing/ids'
import { xLabelOf, xScaleOf } from './axes'
import { chartHandles, useChartState } from './chartState'
import styles from './metrics.module.css'
import { type ChartSpec, displayName } from './model'

interface Props {
  spec: ChartSpec
  controls: ChartControls
  expanded: boolean
  onExpand: (name: string) => void
  summary?: string | undefined
}

function ChartCardOf({ spec, controls, expanded, onExpand, summary }: Props) {
  const backend = useBackend()
  const handle = useRef<ChartHandle>(null)
  const cursorX = useChartState((s) => s.cursorX)
  const xRange = useChartState((s) => s.xRange)
  const { setCursor, zoom } = useChartState.getState()
  const hiddenRuns = useSelection((s) => s.hidden)
  const highlight = useSelection((s) => s.highlight)
  const { x, xMetric, smoothing } = controls

  const hidden = useMemo(
    () => new Set(spec.lines.filter((l) => hiddenRuns.has(l.run)).map((l) => l.id)),
    [spec.lines, hiddenRuns],
  )
  const load = useCallback(
    ({ range, width, signal }: LoadRequest) =>
      backend.series({ lines: spec.refs, x, xMetric, range, width, smoothing }, signal),
    [backend, spec.refs, x, xMetric, smoothing],
  )
  const dataKey = `${spec.version}|${x}|${xMetric}|${smoothing.kind}|${smoothing.amount}`

  useEffect(() => {
    const { name } = spec
    if (handle.current) chartHandles.set(name, handle.current)
    const registered = handle.current
    return () => {
      if (chartHandles.get(name) === registered) chartHandles.delete(name)
    }
  }, [spec])

  const title = displayName(spec.name)
  const contexts = spec.contexts.filter((c) => c.label !== '' || spec.contexts.length > 1)
  const runs = new Set(spec.lines.map((l) => l.run)).size
  return (
    <section className={styles.card} aria-label={title} data-testid={ids.chartCard}>
      <header className={styles.cardHead}>
        <h2 className={styles.cardTitle} title={spec.name}>
          {title}
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
        <div className={styles.cardTools}>
          <ExportMenu handle={handle} title={title} />
          <IconButton
            icon={expanded ? 'close' : 'expand'}
            label={expanded ? `Make ${title} small again` : `Enlarge ${title}`}
            onClick={() => onExpand(spec.name)}
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
            xWhole={xMetric === '' && (x === 'step' || x === 'epoch')}
            xRange={xRange}
            onXRange={zoom}
            yRange={null}
            ignoreOutliers={controls.ignoreOutliers}
            cursorX={cursorX}
            onCursor={setCursor}
            highlight={highlight}
            onHighlight={useSelection.getState().setHighlight}
            onPick={(run, additive) =>
              additive ? useSelection.getState().toggle(run) : useSelection.getState().setHighlight(run)
            }
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

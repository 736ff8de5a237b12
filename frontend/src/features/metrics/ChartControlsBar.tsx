import { Button, Popover, SegmentedControl, Select, Slider, Switch } from '@mantine/core'
import type { SeriesRequest } from '../../backend/contract'
import { IconButton } from '../../components/IconButton'
import { formatCount } from '../../lib/format'
import { useCommands } from '../../state/commands'
import { type ChartControls, useView } from '../../state/view'
import { SMOOTHING, X_NAMES } from './axes'
import { useChartState } from './chartState'
import { GroupMenu } from './GroupMenu'
import type { Field } from './grouping'
import { MetricPicker } from './MetricPicker'
import styles from './metrics.module.css'
import { RangeForm } from './YRangeMenu'

interface Props {
  names: readonly { name: string; system: boolean }[]
  shown: ReadonlySet<string>
  fields: readonly Field[]
  drawn: number
  total: number
  fromSelection: boolean
  legend: boolean
  values: boolean
  onLegend: () => void
  onValues: () => void
}

const METRIC = 'metric:'
const LIMITS = [10, 50, 100, 250, 1000]

export function ChartControlsBar(props: Props) {
  const charts = useView((s) => s.charts)
  const setCharts = useView((s) => s.setCharts)
  const zoomed = useChartState((s) => s.xRange !== null)
  const { zoom, zoomBack, reset } = useChartState.getState()
  const held = Object.keys(charts.yRanges).length > 0
  const showAll = () => {
    if (zoomed) zoom(null)
    if (held) setCharts({ yRanges: {} })
  }
  useCommands([
    {
      id: 'charts.reset',
      title: 'Show all of the axes',
      group: 'Charts',
      keys: ['R'],
      disabled: zoomed || held ? undefined : 'All of it is shown',
      run: showAll,
    },
    { id: 'charts.zoomBack', title: 'Zoom back', group: 'Charts', keys: ['Backspace'], run: zoomBack },
    {
      id: 'charts.yLog',
      title: charts.yLog ? 'Linear y axis' : 'Logarithmic y axis',
      group: 'Charts',
      keys: ['Y'],
      run: () => setCharts({ yLog: !charts.yLog }),
    },
    {
      id: 'charts.outliers',
      title: charts.ignoreOutliers ? 'Show outliers' : 'Ignore outliers',
      group: 'Charts',
      keys: ['O'],
      run: () => setCharts({ ignoreOutliers: !charts.ignoreOutliers }),
    },
    { id: 'charts.legend', title: 'Show or hide the legend', group: 'Charts', keys: ['L'], run: props.onLegend },
    {
      id: 'charts.values',
      title: 'Show or hide values under the crosshair',
      group: 'Charts',
      keys: ['V'],
      run: props.onValues,
    },
  ])

  const x = charts.xMetric === '' ? charts.x : METRIC + charts.xMetric
  const setX = (value: string | null) => {
    if (value === null) return
    reset()
    if (value.startsWith(METRIC)) setCharts({ xMetric: value.slice(METRIC.length) })
    else setCharts({ x: value as SeriesRequest['x'], xMetric: '' })
  }
  return (
    <div className={styles.controls} role="toolbar" aria-label="Charts">
      <MetricPicker names={props.names} shown={props.shown} />
      <GroupMenu fields={props.fields} />
      <Select
        aria-label="X axis"
        w={132}
        value={x}
        onChange={setX}
        data={[
          { group: 'X axis', items: Object.entries(X_NAMES).map(([value, label]) => ({ value, label })) },
          {
            group: 'A metric',
            items: props.names.filter((n) => !n.system).map((n) => ({ value: METRIC + n.name, label: n.name })),
          },
        ]}
        comboboxProps={{ width: 220, position: 'bottom-start' }}
      />
      <Smoothing charts={charts} setCharts={setCharts} />
      <AxesMenu charts={charts} setCharts={setCharts} />
      <span className={styles.note}>
        {props.fromSelection
          ? props.drawn < props.total
            ? `first ${formatCount(props.drawn)} of ${formatCount(props.total)} selected`
            : `${formatCount(props.drawn)} selected`
          : props.drawn < props.total
            ? `first ${formatCount(props.drawn)} of ${formatCount(props.total)} runs`
            : ''}
      </span>
      <span className={styles.spacer} />
      {zoomed && <IconButton icon="back" label="Zoom back" chord="Backspace" onClick={zoomBack} />}
      {(zoomed || held) && <Button onClick={showAll}>{zoomed ? 'Whole axis' : 'Fit y axis'}</Button>}
      <IconButton
        icon="table"
        label="Values under the crosshair"
        chord="V"
        active={props.values}
        onClick={props.onValues}
      />
      <IconButton icon="runs" label="Legend" chord="L" active={props.legend} onClick={props.onLegend} />
    </div>
  )
}

interface PartProps {
  charts: ChartControls
  setCharts: (change: Partial<ChartControls>) => void
}

function Smoothing({ charts, setCharts }: PartProps) {
  const { smoothing } = charts
  const kind = SMOOTHING.find((k) => k.value === smoothing.kind) ?? SMOOTHING[0]
  if (kind === undefined) return null
  return (
    <>
      <Select
        aria-label="Smoothing"
        w={136}
        value={smoothing.kind}
        onChange={(value) => {
          const next = SMOOTHING.find((k) => k.value === value)
          if (next) setCharts({ smoothing: { kind: next.value, amount: next.start } })
        }}
        data={SMOOTHING.map(({ value, label }) => ({ value, label }))}
      />
      {kind.value !== 'none' && (
        <>
          <Slider
            className={styles.slider}
            size="xs"
            label={null}
            thumbLabel="Amount of smoothing"
            min={kind.min}
            max={kind.max}
            step={kind.step}
            value={smoothing.amount}
            onChange={(amount) => setCharts({ smoothing: { ...smoothing, amount } })}
          />
          <span className={styles.amount}>
            {smoothing.amount}
            {kind.unit}
          </span>
        </>
      )}
    </>
  )
}

/** The x range of all charts, in the axis's own numbers. */
function XRange() {
  const range = useChartState((s) => s.xRange)
  return (
    <RangeForm
      key={String(range)}
      axis="X"
      range={range}
      held={range !== null}
      onApply={useChartState.getState().zoom}
    />
  )
}

function AxesMenu({ charts, setCharts }: PartProps) {
  const set = charts.xLog || charts.yLog
  return (
    <Popover position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button>
          {set
            ? `Axes: ${[charts.xLog && 'log x', charts.yLog && 'log y'].filter(Boolean).join(', ')}`
            : 'Axes and grid'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.popover}>
          <Switch
            label="Logarithmic x axis"
            checked={charts.xLog}
            onChange={(e) => setCharts({ xLog: e.currentTarget.checked })}
          />
          <Switch
            label="Logarithmic y axis"
            checked={charts.yLog}
            onChange={(e) => setCharts({ yLog: e.currentTarget.checked })}
          />
          <Switch
            label="Ignore outliers on the y axis"
            checked={charts.ignoreOutliers}
            onChange={(e) => setCharts({ ignoreOutliers: e.currentTarget.checked })}
          />
          <Switch
            label="One y range for charts of one metric"
            checked={charts.sharedY}
            onChange={(e) => setCharts({ sharedY: e.currentTarget.checked })}
          />
          <XRange />
          <div>
            <p className={styles.note}>Charts side by side</p>
            <SegmentedControl
              fullWidth
              aria-label="Charts side by side"
              value={String(charts.columns)}
              onChange={(v) => setCharts({ columns: Number(v) })}
              data={['0', '1', '2', '3', '4', '5', '6'].map((value) => ({
                value,
                label: value === '0' ? 'Fit' : value,
              }))}
            />
          </div>
          <div>
            <p className={styles.note}>Height: {charts.height} px</p>
            <Slider
              size="xs"
              label={null}
              thumbLabel="Height of charts"
              min={160}
              max={640}
              step={20}
              value={charts.height}
              onChange={(height) => setCharts({ height })}
            />
          </div>
          <Select
            label="Most runs, when none is selected"
            value={String(charts.limit)}
            onChange={(v) => v !== null && setCharts({ limit: Number(v) })}
            data={LIMITS.map(String)}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

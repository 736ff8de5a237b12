import { useEffect, useMemo, useState } from 'react'
import type { RunsView } from '../../backend/contract'
import { useColumns, useMetrics } from '../../backend/queries'
import { ErrorMessage, Message } from '../../components/Message'
import { colourOf, useColours } from '../../state/colours'
import { useSelection } from '../../state/selection'
import { useView } from '../../state/view'
import { xLabelOf } from './axes'
import { ChartControlsBar } from './ChartControlsBar'
import { ChartGrid } from './ChartGrid'
import { CursorTable } from './CursorTable'
import { columnsOf, fieldsKey, fieldsOf, learn } from './grouping'
import { Legend } from './Legend'
import styles from './metrics.module.css'
import { buildCharts, type ChartSpec, groupLabel, legendOf, shownMetrics } from './model'
import { useChartRuns } from './useChartRuns'

/** Charts of the selected runs, or of the first that the query matches. */
export function MetricsPanel({ view, legendAtFirst }: { view: RunsView; legendAtFirst: boolean }) {
  const controls = useView((s) => s.charts)
  const active = useView((s) => s.active)
  const { grouping, tooltip } = controls
  const asked = useMemo(() => columnsOf(grouping, tooltip), [grouping, tooltip])
  const { runs, total, fromSelection, ready } = useChartRuns(view, asked)
  const [legend, setLegend] = useState(legendAtFirst)
  const [values, setValues] = useState(false)
  const request = useMemo(
    () => ({ repositories: active, runs: runs.map(({ repository, hash }) => ({ repository, hash })), query: '' }),
    [active, runs],
  )
  const answer = useMetrics(request)
  const metrics = answer.data
  const given = useColours((s) => s.given)
  useEffect(() => useColours.getState().tellApart(runs.map((r) => r.key)), [runs])

  const names = useMemo(() => {
    const seen = new Map<string, boolean>()
    for (const m of metrics ?? []) seen.set(m.name, m.system)
    return [...seen].map(([name, system]) => ({ name, system }))
  }, [metrics])
  const shown = useMemo(
    () => shownMetrics(names, controls.metrics, controls.metricPattern),
    [names, controls.metrics, controls.metricPattern],
  )
  // Runs that are hidden are only left out of what is worked out from several.
  const hiddenRuns = useSelection((s) => s.hidden)
  const known = useView((s) => s.groups)
  const without = grouping.aggregate ? hiddenRuns : NO_RUNS
  const charts = useMemo(
    () => buildCharts(metrics ?? [], runs, shown, (key) => colourOf(given, key), grouping, tooltip, without, known),
    [metrics, runs, shown, given, grouping, tooltip, without, known],
  )
  // The first to come keep their colours, also in later sessions.
  useEffect(() => {
    const read = asked.every((f) => runs[0]?.values?.has(f))
    if (grouping.colour.length === 0 || !read) return
    const { groups, set } = useView.getState()
    const key = fieldsKey(grouping.colour)
    const labels = charts.flatMap((c) => c.lines.map((l) => groupLabel(l.group ?? '')))
    const list = learn(groups, grouping.colour, labels)
    if (list.length > (groups[key]?.length ?? 0)) set({ groups: { ...groups, [key]: list } })
  }, [charts, grouping.colour, asked, runs])
  const legendEntries = useMemo(
    () => legendOf(charts, runs, grouping, (key) => colourOf(given, key)),
    [charts, runs, grouping, given],
  )
  const columns = useColumns(active).data
  const fields = useMemo(() => fieldsOf(columns ?? [], metrics ?? []), [columns, metrics])

  if (answer.error !== null)
    return <ErrorMessage error={answer.error} title="The metrics could not be read" onRetry={() => answer.refetch()} />
  return (
    <section className={styles.panel} aria-label="Charts">
      <ChartControlsBar
        names={names}
        shown={shown}
        fields={fields}
        drawn={runs.length}
        total={total}
        fromSelection={fromSelection}
        legend={legend}
        values={values}
        onLegend={() => setLegend(!legend)}
        onValues={() => setValues(!values)}
      />
      <div className={styles.body}>
        {charts.length > 0 ? (
          <ChartGrid charts={charts} controls={controls} />
        ) : (
          ready && metrics !== undefined && <NoCharts anyMetric={names.length > 0} />
        )}
        {legend && charts.length > 0 && <Legend entries={legendEntries} groups={grouping.colour.length > 0} />}
      </div>
      {values && (
        <CursorTable
          charts={charts}
          rows={grouping.aggregate ? groupRows(charts) : runs}
          xLabel={xLabelOf(controls.x, controls.xMetric)}
          whole={controls.xMetric === '' && (controls.x === 'step' || controls.x === 'epoch')}
        />
      )}
    </section>
  )
}

const NO_RUNS: ReadonlySet<string> = new Set()

/** Groups in place of runs, for the table of values. */
function groupRows(charts: readonly ChartSpec[]): { key: string; name: string }[] {
  const names = new Map(charts.flatMap((c) => c.lines.map((l) => [l.run, l.label] as const)))
  return [...names].map(([key, name]) => ({ key, name }))
}

function NoCharts({ anyMetric }: { anyMetric: boolean }) {
  return anyMetric ? (
    <Message title="No metric is picked">Pick some from the list on the left above.</Message>
  ) : (
    <Message title="These runs have no metrics">
      <p>
        Log some with <code>run.track(value, name="loss")</code>, or select other runs.
      </p>
    </Message>
  )
}

import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useBackend } from '../../backend/context'
import type { CursorValue } from '../../components/chart/props'
import { toTSV } from '../../lib/delimited'
import { formatNumber, fullNumber } from '../../lib/format'
import { fail, say } from '../../state/notices'
import { useSelection } from '../../state/selection'
import { chartHandles, useChartState } from './chartState'
import styles from './metrics.module.css'
import { type ChartSpec, displayName } from './model'

const MOST = 200

interface Column {
  key: string
  title: string
  values: Map<string, CursorValue>
}

/** Values of all runs under the crosshair: one row a run, one column a metric and context. */
export function CursorTable({
  charts,
  rows,
  xLabel,
  whole,
}: {
  charts: readonly ChartSpec[]
  /** Runs, or groups of lines. */
  rows: readonly { key: string; name: string }[]
  xLabel: string
  /** The x axis counts whole things. */
  whole: boolean
}) {
  const backend = useBackend()
  const cursorX = useChartState((s) => s.cursorX)
  const hidden = useSelection((s) => s.hidden)
  const [sort, setSort] = useState<{ column: string; descending: boolean } | null>(null)
  const [at, setAt] = useState<number | null>(cursorX)
  // The last place stays when the pointer leaves; moving is followed a frame later.
  useEffect(() => {
    if (cursorX === null) return
    const frame = requestAnimationFrame(() => setAt(cursorX))
    return () => cancelAnimationFrame(frame)
  }, [cursorX])

  if (at === null)
    return (
      <div className={`${styles.values} ${styles.note}`} style={{ padding: 12 }}>
        Move over a chart to see the values there.
      </div>
    )
  const columns = columnsAt(charts, at)
  const shown = inOrder(
    rows.filter((r) => !hidden.has(r.key)),
    columns.find((c) => c.key === sort?.column),
    sort?.descending ?? false,
  ).slice(0, MOST)
  const copy = () => {
    const lines = shown.map((r) => [r.name, ...columns.map((c) => valueText(c.values.get(r.key), fullNumber))])
    const text = toTSV({ header: [`run (${xLabel} ${fullNumber(at)})`, ...columns.map((c) => c.title)], rows: lines })
    backend.copyText(text).then(() => say('Values copied'), fail)
  }
  return (
    <section className={styles.values} aria-label="Values under the crosshair">
      <table>
        <thead>
          <tr>
            <th scope="col">
              {xLabel} {formatNumber(whole ? Math.round(at) : at)}{' '}
              <Button size="compact-xs" onClick={copy}>
                Copy
              </Button>
            </th>
            {columns.map((c) => (
              <th
                key={c.key}
                scope="col"
                aria-sort={sort?.column !== c.key ? 'none' : sort.descending ? 'descending' : 'ascending'}
              >
                <button type="button" className={styles.sortHead} onClick={() => setSort(nextSort(sort, c.key))}>
                  {c.title}
                  {sort?.column === c.key && (sort.descending ? ' ↓' : ' ↑')}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((r) => (
            <tr key={r.key}>
              <th scope="row" title={r.name}>
                {r.name}
              </th>
              {columns.map((c) => (
                <td key={c.key} title={valueText(c.values.get(r.key), fullNumber)}>
                  {valueText(c.values.get(r.key), formatNumber)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Ascending, descending, as the runs come. */
function nextSort(sort: { column: string; descending: boolean } | null, column: string) {
  if (sort?.column !== column) return { column, descending: false }
  return sort.descending ? null : { column, descending: true }
}

/** By the value shown; rows without one come last. */
function inOrder<Row extends { key: string }>(rows: readonly Row[], by: Column | undefined, descending: boolean) {
  if (by === undefined) return [...rows]
  const value = (row: Row) => {
    const found = by.values.get(row.key)
    const v = found === undefined ? Number.NaN : (found.smoothed ?? found.y)
    return Number.isNaN(v) ? Number.POSITIVE_INFINITY : descending ? -v : v
  }
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)]
    return x === y ? 0 : x - y
  })
}

function valueText(value: CursorValue | undefined, format: (n: number) => string): string {
  if (value === undefined) return ''
  return format(value.smoothed ?? value.y)
}

function columnsAt(charts: readonly ChartSpec[], x: number): Column[] {
  return charts.flatMap((chart) => {
    const values = chartHandles.get(chart.id)?.valuesAt(x) ?? []
    const byId = new Map(values.map((v) => [v.id, v]))
    return chart.contexts.map((context) => ({
      key: `${chart.id}\n${context.label}`,
      title: [displayName(chart.name), chart.facet, context.label.replace(/^\w+=/, '')]
        .filter((part) => part !== '')
        .join(' '),
      values: new Map(
        chart.lines.flatMap((line) => {
          const value = byId.get(line.id)
          return value !== undefined && line.context === context.label ? [[line.run, value] as const] : []
        }),
      ),
    }))
  })
}

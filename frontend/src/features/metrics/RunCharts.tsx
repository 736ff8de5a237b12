import { TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { MetricInfo } from '../../backend/contract'
import { formatNumber, plural, toNumber } from '../../lib/format'
import { matcher } from '../../lib/search'
import { colourOf, useColours } from '../../state/colours'
import { useView } from '../../state/view'
import { ChartGrid } from './ChartGrid'
import styles from './metrics.module.css'
import { buildCharts, type ChartRun, contextLabel, displayName } from './model'

/** All charts of one run, with the last and extreme values of each. */
export function RunCharts({ run, metrics }: { run: ChartRun; metrics: readonly MetricInfo[] }) {
  const controls = useView((s) => s.charts)
  const given = useColours((s) => s.given)
  const [words, setWords] = useState('')
  const charts = useMemo(() => {
    const match = matcher(words, 'fuzzy')
    const shown = new Set(metrics.filter((m) => match.score(displayName(m.name)) > 0).map((m) => m.name))
    return buildCharts(metrics, [run], shown, (key) => colourOf(given, key))
  }, [metrics, run, words, given])
  const summaries = useMemo(
    () => new Map(charts.map((c) => [c.name, summaryOf(metrics.filter((m) => m.name === c.name))])),
    [charts, metrics],
  )
  return (
    <div className={styles.panel}>
      <div className={styles.controls}>
        <TextInput
          w={220}
          aria-label="Search metrics"
          placeholder="Search metrics"
          value={words}
          onChange={(e) => setWords(e.currentTarget.value)}
        />
        <span className={styles.note}>{plural(charts.length, 'metric')}</span>
      </div>
      <ChartGrid charts={charts} controls={controls} summaries={summaries} />
    </div>
  )
}

/** "last 0.35, min 0.33 at 980, max 2.4 at 0" for each context. */
function summaryOf(list: readonly MetricInfo[]): string {
  return list
    .map((m) => {
      if (m.pending) return 'not indexed yet'
      const value = (v: MetricInfo['last']) => (v === null ? '–' : formatNumber(toNumber(v)))
      const context = contextLabel(m.context).replace(/^\w+=/, '')
      return `${context === '' || list.length === 1 ? '' : `${context}: `}last ${value(m.last)}, min ${value(m.min)} at ${value(m.minStep)}, max ${value(m.max)} at ${value(m.maxStep)}`
    })
    .join('\n')
}

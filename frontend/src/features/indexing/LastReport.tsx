import type { ReindexReport } from '../../backend/contract'
import { formatAgo, formatBytes, formatCount, formatDuration, fullTime, plural } from '../../lib/format'
import styles from './index.module.css'

export function LastReport({ report }: { report: ReindexReport }) {
  return (
    <section className={styles.section} aria-labelledby="report-title">
      <h2 id="report-title">
        Last Reindex All <span title={fullTime(report.finishedAt)}>{formatAgo(report.finishedAt)}</span>
      </h2>
      <p>
        {plural(report.runs, 'run')} and {plural(report.points, 'point')} ({formatBytes(report.bytes)}) read in{' '}
        {formatDuration(report.seconds)}.
      </p>
      <ul className={styles.report}>
        <li>{formatCount(report.new)} new</li>
        <li>{formatCount(report.changed)} changed</li>
        <li>{formatCount(report.gone)} gone</li>
        <li>{formatCount(report.stalled)} stalled</li>
        <li>{formatCount((report.unreadable ?? []).length)} unreadable</li>
      </ul>
    </section>
  )
}

import type { IndexStatus } from '../../backend/contract'
import { formatBytes, formatCount, formatDuration, formatNumber } from '../../lib/format'
import styles from './index.module.css'
import { progressOf } from './words'

export function Progress({ status }: { status: IndexStatus }) {
  const share = progressOf(status) ?? 0
  return (
    <section className={styles.progress} aria-label="Progress">
      <div
        className={styles.track}
        role="progressbar"
        aria-label={`${formatCount(status.done)} of ${formatCount(status.total)} runs`}
        aria-valuenow={Math.round(share * 100)}
      >
        <div className={styles.fill} style={{ width: `${share * 100}%` }} />
      </div>
      <p>
        {formatCount(status.done)} of {formatCount(status.total)} runs
        {status.runsPerSecond > 0 && ` · ${formatNumber(Math.round(status.runsPerSecond * 10) / 10)} runs/s`}
        {status.bytesPerSecond > 0 && ` · ${formatBytes(status.bytesPerSecond)}/s`}
        {status.eta >= 0 && ` · ${formatDuration(Math.ceil(status.eta))} left`}
      </p>
      {status.current !== '' && (
        <p className="muted">
          Reading <span className="mono">{status.current}</span>
        </p>
      )}
      {status.throttle !== '' && <p className={styles.note}>Slowed: {status.throttle}</p>}
    </section>
  )
}

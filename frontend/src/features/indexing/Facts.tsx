import type { ReactNode } from 'react'
import type { IndexStatus } from '../../backend/contract'
import { formatBytes, formatCount } from '../../lib/format'
import styles from './index.module.css'

/** Counts of runs, and where the index is. */
export function Facts({ status, path }: { status: IndexStatus; path: string }) {
  const c = status.counts
  const counts: [string, number][] = [
    ['runs', c.total],
    ['indexed', c.indexed],
    ['waiting', c.stale],
    ['finished', c.finished],
    ['live', c.live],
    ['stalled', c.stalled],
    ['unreadable', c.unreadable],
    ['archived', c.archived],
  ]
  return (
    <section aria-label="Figures">
      <dl className={styles.counts}>
        {counts.map(([name, n]) => (
          <div key={name}>
            <dd>{formatCount(n)}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
      <dl className={styles.facts}>
        <Fact name="Repository">
          <span className="mono selectable">{path}</span>
        </Fact>
        <Fact name="Index">
          <span className="mono selectable">{status.indexPath === '' ? 'in memory' : status.indexPath}</span>
          <span className="muted"> {formatBytes(status.indexBytes)}</span>
        </Fact>
        <Fact name="Speed">{status.throttle === '' ? 'not slowed' : `slowed: ${status.throttle}`}</Fact>
      </dl>
      {c.stalled > 0 && (
        <p className="muted">
          {c.stalled === 1 ? '1 run has stalled: it' : `${formatCount(c.stalled)} runs have stalled: they`} ended
          without closing. Indexed up to the last record.
        </p>
      )}
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

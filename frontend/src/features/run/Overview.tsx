import type { ReactNode } from 'react'
import type { MetricInfo, Num, RunDetail } from '../../backend/contract'
import { useRepositories } from '../../backend/queries'
import { RunStateLabel } from '../../components/RunStateLabel'
import { formatAgo, formatDuration, formatNumber, fullNumber, fullTime, toNumber } from '../../lib/format'
import { useNav } from '../../state/nav'
import styles from './run.module.css'

const MOST_METRICS = 24

export function Overview({ detail }: { detail: RunDetail }) {
  const repository = useRepositories().find((r) => r.id === detail.repository)
  const metrics = (detail.metrics ?? []).filter((m) => !m.system)
  return (
    <div className={styles.overview}>
      <section aria-label="Facts">
        <h2>Run</h2>
        <dl className={styles.facts}>
          <Fact name="State">
            <RunStateLabel state={detail.state} />
            <ul className={styles.evidence}>
              {(detail.evidence ?? []).map((e) => (
                <li key={e}>{e}</li>
              ))}
            </ul>
          </Fact>
          <Time name="Created" at={detail.created} />
          <Time name="Ended" at={detail.ended} none="no end was recorded" />
          <Time name="Last record" at={detail.lastRecord} />
          <Fact name="Duration">
            {detail.duration === null ? (
              '–'
            ) : (
              <span title={`${fullNumber(detail.duration)} s`}>{formatDuration(detail.duration)}</span>
            )}
          </Fact>
          <Fact name="Experiment">{detail.experiment ?? '–'}</Fact>
          <Fact name="Tags">{(detail.tags ?? []).length === 0 ? '–' : detail.tags.join(', ')}</Fact>
          {detail.description !== null && detail.description !== '' && (
            <Fact name="Description">{detail.description}</Fact>
          )}
          {detail.archived && <Fact name="Archived">yes</Fact>}
          <Fact name="Hash">
            <span className="mono selectable">{detail.hash}</span>
          </Fact>
          <Fact name="Repository">
            <span className="mono selectable">{repository?.path ?? detail.repository}</span>
          </Fact>
          {!detail.indexed && <Fact name="Index">not indexed yet: read from the repository itself</Fact>}
        </dl>
      </section>
      {metrics.length > 0 && (
        <MetricTable
          metrics={metrics}
          more={() => useNav.getState().replace({ screen: 'run', run: detail, tab: 'metrics' })}
        />
      )}
      {(detail.notes ?? []).length > 0 && (
        <section aria-label="Notes">
          <h2>Notes</h2>
          <ul className={styles.notes}>
            {detail.notes.map((n) => (
              <li key={n.id} className="selectable">
                {n.content}
                {n.created !== null && <div className="muted">{formatAgo(n.created)}</div>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="selectable">{children}</dd>
    </div>
  )
}

function Time({ name, at, none = '–' }: { name: string; at: number | null; none?: string }) {
  return (
    <Fact name={name}>
      {at === null ? (
        <span className="muted">{none}</span>
      ) : (
        <>
          {fullTime(at)} <span className="muted">{formatAgo(at)}</span>
        </>
      )}
    </Fact>
  )
}

function MetricTable({ metrics, more }: { metrics: readonly MetricInfo[]; more: () => void }) {
  return (
    <section aria-label="Metrics">
      <h2>Metrics</h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">metric</th>
            <th scope="col">last</th>
            <th scope="col">min</th>
            <th scope="col">max</th>
            <th scope="col">points</th>
          </tr>
        </thead>
        <tbody>
          {metrics.slice(0, MOST_METRICS).map((m) => (
            <tr key={`${m.name}${m.contextId}`}>
              <th scope="row" title={`${m.name} ${m.context}`}>
                {m.name}{' '}
                <span className="muted">
                  {m.context === '{}' ? '' : m.context.replace(/[{}"]/g, '').replace(/:/g, '=')}
                </span>
              </th>
              <Value value={m.last} at={m.lastStep} />
              <Value value={m.min} at={m.minStep} />
              <Value value={m.max} at={m.maxStep} />
              <td>{formatNumber(m.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {metrics.length > MOST_METRICS && (
        <button type="button" className={styles.tab} onClick={more}>
          and {metrics.length - MOST_METRICS} more
        </button>
      )}
    </section>
  )
}

function Value({ value, at }: { value: Num | null; at: Num | null }) {
  if (value === null) return <td className="muted">–</td>
  const step = at === null ? '' : ` at step ${fullNumber(toNumber(at))}`
  return <td title={fullNumber(toNumber(value)) + step}>{formatNumber(toNumber(value))}</td>
}

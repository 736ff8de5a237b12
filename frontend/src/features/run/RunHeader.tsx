import { useQuery } from '@tanstack/react-query'
import { useBackend } from '../../backend/context'
import type { RunDetail } from '../../backend/contract'
import { viewHashesOptions } from '../../backend/queries'
import { useSteadyView } from '../../backend/useSteadyView'
import { IconButton } from '../../components/IconButton'
import { RunStateLabel } from '../../components/RunStateLabel'
import { formatCount, formatDuration } from '../../lib/format'
import { useCommands } from '../../state/commands'
import { type RunTab, useNav } from '../../state/nav'
import { fail, say } from '../../state/notices'
import { useRunsRequest } from '../../state/request'
import styles from './run.module.css'

export function RunHeader({ detail, tab }: { detail: RunDetail; tab: RunTab }) {
  const backend = useBackend()
  const nav = useNav()
  const { view } = useSteadyView(useRunsRequest())
  const order = useQuery({ ...viewHashesOptions(backend, view?.view ?? ''), enabled: view !== undefined }).data ?? []
  const at = order.findIndex((r) => r.hash === detail.hash && r.repository === detail.repository)
  const previous = at > 0 ? order[at - 1] : undefined
  const next = at >= 0 ? order[at + 1] : undefined
  const walk = (to: typeof next) => to !== undefined && nav.replace({ screen: 'run', run: to, tab })
  useCommands([
    {
      id: 'run.previous',
      title: 'Previous run',
      group: 'Go',
      keys: ['['],
      disabled: previous === undefined ? 'This is the first run of the list' : undefined,
      run: () => walk(previous),
    },
    {
      id: 'run.next',
      title: 'Next run',
      group: 'Go',
      keys: [']'],
      disabled: next === undefined ? 'This is the last run of the list' : undefined,
      run: () => walk(next),
    },
    {
      id: 'run.close',
      title: 'Back to the runs',
      group: 'Go',
      keys: ['Escape'],
      run: () => nav.go({ screen: 'runs' }),
    },
    {
      id: 'run.copyHash',
      title: 'Copy the hash',
      group: 'Runs',
      run: () => backend.copyText(detail.hash).then(() => say('Hash copied'), fail),
    },
  ])
  return (
    <div className={styles.top}>
      <IconButton icon="back" label="Back to the runs" chord="Escape" onClick={() => nav.go({ screen: 'runs' })} />
      <h1 className={`${styles.name} selectable`} title={detail.name}>
        {detail.name === '' ? detail.hash : detail.name}
      </h1>
      <RunStateLabel state={detail.state} />
      {detail.duration !== null && <span className="muted">{formatDuration(detail.duration)}</span>}
      <span className={styles.spacer} />
      {at >= 0 && (
        <span className={styles.place}>
          {formatCount(at + 1)} of {formatCount(order.length)}
        </span>
      )}
      <IconButton
        icon="up"
        label="Previous run"
        chord="["
        disabled={previous === undefined}
        onClick={() => walk(previous)}
      />
      <IconButton icon="down" label="Next run" chord="]" disabled={next === undefined} onClick={() => walk(next)} />
    </div>
  )
}

import { type ReactNode, useRef } from 'react'
import type { RunDetail } from '../../backend/contract'
import { useRun } from '../../backend/queries'
import { ErrorMessage } from '../../components/Message'
import { Problems } from '../../components/Problems'
import { useCommands } from '../../state/commands'
import { type RunTab, useNav } from '../../state/nav'
import type { RunRef } from '../../state/refs'
import { Logs } from './Logs'
import { Overview } from './Overview'
import { Params } from './Params'
import { RunHeader } from './RunHeader'
import styles from './run.module.css'
import { Sequences } from './Sequences'
import { tabsOf } from './tabs'

interface Props {
  run: RunRef
  tab: RunTab
  /** Draws charts of some metrics of the run; another feature does. */
  charts: (run: RunDetail, system: boolean) => ReactNode
}

export function RunPage({ run, tab, charts }: Props) {
  const answer = useRun(run.repository, run.hash)
  const replace = useNav((s) => s.replace)
  const list = useRef<HTMLDivElement>(null)
  const detail = answer.data
  const tabs = detail === undefined ? [] : tabsOf(detail)
  const current = tabs.some((t) => t.tab === tab) ? tab : 'overview'
  const open = (next: RunTab) => replace({ screen: 'run', run, tab: next })
  useCommands(
    tabs.map((t, i) => ({
      id: `run.tab.${t.tab}`,
      title: `Show ${t.label.toLowerCase()}`,
      group: 'Go' as const,
      keys: [String(i + 1)],
      run: () => open(t.tab),
    })),
  )
  if (answer.error !== null) {
    return <ErrorMessage error={answer.error} title="This run could not be read" onRetry={() => answer.refetch()} />
  }
  if (detail === undefined) return null
  const step = (by: number) => {
    const at = tabs.findIndex((t) => t.tab === current)
    const next = tabs[(at + by + tabs.length) % tabs.length]
    if (next === undefined) return
    open(next.tab)
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.tab}"]`)?.focus()
  }
  return (
    <main className={styles.page} aria-label={`Run ${detail.name}`}>
      <header className={styles.head}>
        <RunHeader detail={detail} tab={current} />
        <div
          ref={list}
          role="tablist"
          aria-label="Parts of the run"
          className={styles.tabs}
          onKeyDown={(e) => {
            if (e.key === 'ArrowRight') step(1)
            else if (e.key === 'ArrowLeft') step(-1)
          }}
        >
          {tabs.map((t) => (
            <button
              key={t.tab}
              type="button"
              role="tab"
              data-tab={t.tab}
              id={`tab-${t.tab}`}
              aria-selected={t.tab === current}
              aria-controls="run-part"
              tabIndex={t.tab === current ? 0 : -1}
              className={styles.tab}
              onClick={() => open(t.tab)}
            >
              {t.label}
              {t.count !== null && <span>{t.count}</span>}
            </button>
          ))}
        </div>
      </header>
      <div
        role="tabpanel"
        id="run-part"
        aria-labelledby={`tab-${current}`}
        className={
          current === 'overview' || current === 'sequences' || current === 'problems' ? styles.body : styles.fixed
        }
      >
        <Part tab={current} detail={detail} charts={charts} />
      </div>
    </main>
  )
}

function Part({ tab, detail, charts }: { tab: RunTab; detail: RunDetail; charts: Props['charts'] }) {
  switch (tab) {
    case 'overview':
      return <Overview detail={detail} />
    case 'params':
      return <Params text={detail.params} />
    case 'metrics':
      return charts(detail, false)
    case 'system':
      return charts(detail, true)
    case 'logs':
      return <Logs repository={detail.repository} hash={detail.hash} live={detail.state === 'live'} />
    case 'sequences':
      return <Sequences sequences={detail.sequences ?? []} />
    case 'problems':
      return (
        <div className={styles.pad}>
          <Problems repository={detail.repository} problems={detail.problems ?? []} />
        </div>
      )
  }
}

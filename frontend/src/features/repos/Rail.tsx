import { Tooltip } from '@mantine/core'
import { type MouseEvent, type ReactNode, useState } from 'react'
import type { Repository } from '../../backend/contract'
import { useIndexStatus, useRepositories } from '../../backend/queries'
import { ContextMenu, type MenuAt, type MenuEntry } from '../../components/ContextMenu'
import { IconButton } from '../../components/IconButton'
import { Icon, type IconName } from '../../components/icons'
import { PHASE_WORDS, StatusDot, toneOf } from '../../components/StatusDot'
import { plural } from '../../lib/format'
import { type Route, useNav } from '../../state/nav'
import { useView } from '../../state/view'
import { ids } from '../../testing/ids'
import styles from './rail.module.css'
import { useOpenRepository } from './useOpenRepository'

const PLACES: readonly { screen: 'runs' | 'metrics' | 'index' | 'settings'; icon: IconName; label: string }[] = [
  { screen: 'runs', icon: 'runs', label: 'Runs' },
  { screen: 'metrics', icon: 'metrics', label: 'Metrics' },
  { screen: 'index', icon: 'index', label: 'Index' },
  { screen: 'settings', icon: 'settings', label: 'Settings' },
]

const SHOWN_AS: Record<Route['screen'], string> = {
  start: '',
  runs: 'runs',
  run: 'runs',
  compare: 'runs',
  metrics: 'metrics',
  index: 'index',
  settings: 'settings',
}

export function Rail() {
  const repositories = useRepositories()
  const route = useNav((s) => s.route)
  const narrow = useView((s) => s.railNarrow)
  const go = useNav((s) => s.go)
  return (
    <nav
      className={`${styles.rail} ${narrow ? styles.narrow : ''}`}
      aria-label="Repositories and screens"
      data-testid={ids.rail}
    >
      <div className={styles.head}>
        {!narrow && <span>Repositories</span>}
        <IconButton icon="plus" label="Open a repository" chord="Mod+O" onClick={() => go({ screen: 'start' })} />
      </div>
      <div className={styles.repos}>
        <ul className={styles.list}>
          {repositories.map((r) => (
            <RepositoryItem key={r.id} repository={r} narrow={narrow} />
          ))}
        </ul>
      </div>
      <ul className={`${styles.list} ${styles.foot}`}>
        {PLACES.map((p) => (
          <li key={p.screen}>
            <Hint label={narrow ? p.label : ''}>
              <button
                type="button"
                className={styles.item}
                aria-label={p.label}
                aria-current={SHOWN_AS[route.screen] === p.screen ? 'page' : undefined}
                onClick={() => go({ screen: p.screen })}
              >
                <Icon name={p.icon} />
                <span className={styles.name}>{p.label}</span>
              </button>
            </Hint>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Hint({ label, children }: { label: string; children: ReactNode }) {
  if (label === '') return children
  return (
    <Tooltip label={label} position="right">
      {children}
    </Tooltip>
  )
}

function RepositoryItem({ repository, narrow }: { repository: Repository; narrow: boolean }) {
  const status = useIndexStatus(repository.id).data ?? repository.index
  const active = useView((s) => s.active)
  const set = useView((s) => s.set)
  const { close } = useOpenRepository()
  const [menu, setMenu] = useState<MenuAt | null>(null)
  const shown = active.includes(repository.id)
  const choose = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      const next = shown ? active.filter((id) => id !== repository.id) : [...active, repository.id]
      if (next.length > 0) set({ active: next })
    } else set({ active: [repository.id] })
    const { route, go } = useNav.getState()
    if (route.screen !== 'metrics' && route.screen !== 'index') go({ screen: 'runs' })
  }
  const entries: MenuEntry[] = [
    { label: 'Show alone', run: () => set({ active: [repository.id] }) },
    { label: 'Show with the others', run: () => set({ active: [...new Set([...active, repository.id])] }) },
    { label: 'Close repository', section: true, run: () => close(repository.id) },
  ]
  return (
    <li>
      <Tooltip
        label={`${repository.path}\n${PHASE_WORDS[status.phase]}, ${plural(status.counts.total, 'run')}`}
        position="right"
      >
        <button
          type="button"
          className={styles.item}
          aria-pressed={shown}
          onClick={choose}
          onContextMenu={(e) => {
            e.preventDefault()
            setMenu({ x: e.clientX, y: e.clientY, entries })
          }}
        >
          <StatusDot tone={toneOf(status.phase)} />
          <span className={styles.name}>{narrow ? repository.name.slice(0, 1) : repository.name}</span>
          <span className="srOnly">, index {PHASE_WORDS[status.phase]}</span>
        </button>
      </Tooltip>
      <ContextMenu at={menu} onClose={() => setMenu(null)} />
    </li>
  )
}

import { Tooltip } from '@mantine/core'
import { useIndexStatus, useRepositories } from '../../backend/queries'
import { Icon } from '../../components/icons'
import { StatusDot, toneOf } from '../../components/StatusDot'
import { printChord } from '../../lib/keys'
import { useNav } from '../../state/nav'
import { useOverlays } from '../../state/overlays'
import { useView } from '../../state/view'
import { ids } from '../../testing/ids'
import styles from './status.module.css'
import { progressOf, statusLine } from './words'

const PROMISE =
  'Aimdesk opens the files of a repository for reading only. It takes no locks, changes no byte and no time stamp; its index is kept elsewhere.'

/** The indexer's face. */
export function StatusBar() {
  const repositories = useRepositories()
  const active = useView((s) => s.active)
  const shown = repositories.find((r) => r.id === active[0]) ?? repositories[0]
  const status = useIndexStatus(shown?.id).data ?? shown?.index
  const progress = status === undefined ? null : progressOf(status)
  return (
    <footer className={styles.bar} data-testid={ids.statusBar}>
      {progress !== null && (
        <div
          className={styles.progress}
          style={{ width: `${progress * 100}%` }}
          role="progressbar"
          aria-label="Indexing"
          aria-valuenow={Math.round(progress * 100)}
          data-testid={ids.progress}
        />
      )}
      {status === undefined ? (
        <span className={`${styles.part} ${styles.face}`}>no repository open</span>
      ) : (
        <button
          type="button"
          className={`${styles.part} ${styles.face}`}
          onClick={() => useNav.getState().go({ screen: 'index' })}
        >
          <StatusDot tone={toneOf(status.phase)} />
          <span className={styles.text}>{statusLine(status)}</span>
          {status.throttle !== '' && <span className={styles.throttle}>slowed: {status.throttle}</span>}
        </button>
      )}
      <Tooltip label={PROMISE}>
        <span className={styles.part} tabIndex={0}>
          <Icon name="lock" size={14} />
          read-only
        </span>
      </Tooltip>
      <span className={styles.sep} />
      <button
        type="button"
        className={styles.part}
        onClick={() => useOverlays.getState().open('shortcuts')}
        aria-label="? Keyboard shortcuts"
      >
        ?
      </button>
      <button
        type="button"
        className={styles.part}
        onClick={() => useOverlays.getState().open('palette')}
        aria-label={`${printChord('Mod+K')} Command palette`}
      >
        {printChord('Mod+K')}
      </button>
    </footer>
  )
}

import { useQueryClient } from '@tanstack/react-query'
import { useBackend } from '../../backend/context'
import type { Recent } from '../../backend/contract'
import { keys, useRecents } from '../../backend/queries'
import { IconButton } from '../../components/IconButton'
import { formatAgo, fullTime, plural } from '../../lib/format'
import { fail } from '../../state/notices'
import styles from './start.module.css'
import { useOpenRepository } from './useOpenRepository'

export function RecentList() {
  const recents = useRecents().data ?? []
  if (recents.length === 0) {
    return (
      <section className={styles.section} aria-label="About repositories">
        <h2>What to open</h2>
        <p className="muted" style={{ paddingTop: 8 }}>
          A repository is the folder in which <code>aim init</code> or your training script made a folder named{' '}
          <code>.aim</code>. Either of the two can be opened.
        </p>
      </section>
    )
  }
  return (
    <section className={styles.section} aria-labelledby="recents-title">
      <h2 id="recents-title">Recent</h2>
      <ul className={styles.list}>
        {recents.map((r) => (
          <RecentItem key={r.path} recent={r} />
        ))}
      </ul>
    </section>
  )
}

function RecentItem({ recent }: { recent: Recent }) {
  const backend = useBackend()
  const client = useQueryClient()
  const { openPath } = useOpenRepository()
  const forget = () =>
    backend.forgetRecent(recent.path).then(() => client.invalidateQueries({ queryKey: keys.recents }), fail)
  return (
    <li className={styles.item}>
      <button type="button" className={styles.open} disabled={!recent.exists} onClick={() => openPath(recent.path)}>
        <span className={styles.name}>{recent.name}</span>
        <span className={styles.meta} title={fullTime(recent.openedAt)}>
          {formatAgo(recent.openedAt)}
        </span>
        <span className={styles.path} title={recent.path}>
          <bdi>{recent.path}</bdi>
        </span>
        <span className={recent.exists ? styles.meta : styles.missing}>
          {recent.exists ? plural(recent.runs, 'run') : 'not there now'}
        </span>
      </button>
      <IconButton icon="close" label={`Remove ${recent.name} from recents`} onClick={forget} />
    </li>
  )
}

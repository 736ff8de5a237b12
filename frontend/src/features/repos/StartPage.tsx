import { Button } from '@mantine/core'
import { useRepositories } from '../../backend/queries'
import { Icon } from '../../components/icons'
import { useOverlays } from '../../state/overlays'
import { RecentList } from './RecentList'
import { Rejected } from './Rejected'
import styles from './start.module.css'
import { useOpenRepository } from './useOpenRepository'

export function StartPage() {
  const { chooseAndOpen, openSample } = useOpenRepository()
  const rejected = useOverlays((s) => s.rejected)
  const none = useRepositories().length === 0
  return (
    <main className={styles.page} aria-label="Start">
      <div className={styles.inner}>
        <header className={styles.head}>
          <h1>{none ? 'Open an Aim repository' : 'Open another repository'}</h1>
          <p>Aimdesk reads it where it is and never writes into it.</p>
        </header>
        <div className={styles.actions}>
          <Button size="sm" variant="filled" leftSection={<Icon name="folder" />} onClick={chooseAndOpen}>
            Open folder…
          </Button>
          <Button size="sm" onClick={openSample}>
            Look at a sample
          </Button>
          <span className={styles.hint}>or drop a folder anywhere on this window</span>
        </div>
        {rejected !== null && <Rejected key={rejected.path} path={rejected.path} known={rejected.candidates} />}
        <RecentList />
      </div>
    </main>
  )
}

import { Button } from '@mantine/core'
import { useState } from 'react'
import { useBackend } from '../../backend/context'
import { fail } from '../../state/notices'
import { useOverlays } from '../../state/overlays'
import styles from './start.module.css'
import { useOpenRepository } from './useOpenRepository'

/** A folder that is no repository: what one looks like, and what is below. */
export function Rejected({ path, known }: { path: string; known: string[] }) {
  const backend = useBackend()
  const { openPath } = useOpenRepository()
  const [found, setFound] = useState<string[] | null>(known.length > 0 ? known : null)
  const [searching, setSearching] = useState(false)
  const search = () => {
    setSearching(true)
    backend
      .searchBelow(path)
      .then(setFound, fail)
      .finally(() => setSearching(false))
  }
  return (
    <section role="alert" className={styles.rejected} aria-label="Not a repository">
      <h2 className="selectable">{path} is not an Aim repository</h2>
      <p className="muted">A repository is a folder that holds a folder named .aim with these inside:</p>
      <pre className={styles.tree}>{'.aim/\n├── meta/chunks/\n├── seqs/chunks/\n└── run_metadata.sqlite'}</pre>
      {found !== null && found.length === 0 && <p>No repository was found below it. Choose another folder.</p>}
      {found !== null && found.length > 0 && (
        <>
          <p>These are repositories:</p>
          <ul className={styles.list}>
            {found.map((p) => (
              <li key={p} className={styles.item}>
                <button type="button" className={styles.open} onClick={() => openPath(p)}>
                  {p}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <div className={styles.actions}>
        <Button onClick={search} loading={searching}>
          Search below this folder
        </Button>
        <Button onClick={() => useOverlays.getState().forgetRejected()}>Dismiss</Button>
      </div>
    </section>
  )
}

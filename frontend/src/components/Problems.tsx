import { Button } from '@mantine/core'
import { useState } from 'react'
import { useBackend } from '../backend/context'
import type { RunProblem } from '../backend/contract'
import { formatCount, plural } from '../lib/format'
import { useNav } from '../state/nav'
import { fail, say } from '../state/notices'
import styles from './problems.module.css'

const FIRST = 20

/** What could not be read: where, why, and what to do. */
export function Problems({ repository, problems }: { repository: string; problems: readonly RunProblem[] }) {
  const backend = useBackend()
  const [all, setAll] = useState(false)
  const copy = () => {
    const text = problems.map((p) => `${p.hash}\t${p.file}\t${p.offset}\t${p.message}`).join('\n')
    backend.copyText(`run\tfile\toffset\tproblem\n${text}\n`).then(() => say('Problems copied'), fail)
  }
  if (problems.length === 0) {
    return (
      <section className={styles.section} aria-label="Problems">
        <h2>Problems</h2>
        <p className="muted">None. Every file that was read is whole.</p>
      </section>
    )
  }
  const shown = all ? problems : problems.slice(0, FIRST)
  return (
    <section className={styles.section} aria-labelledby="problems-title">
      <h2 id="problems-title">{plural(problems.length, 'problem')}</h2>
      <p className="muted">
        Other runs are not affected, and nothing of these is hidden. If the run is still wanted, copy its files from a
        backup or from the machine that wrote them; Aimdesk notices by itself.
      </p>
      <ul className={styles.problems}>
        {shown.map((p) => (
          <li key={`${p.hash}${p.file}${p.offset}`}>
            <button
              type="button"
              className={`mono ${styles.run}`}
              onClick={() =>
                useNav.getState().go({ screen: 'run', run: { repository, hash: p.hash }, tab: 'problems' })
              }
            >
              {p.hash}
            </button>
            <p>{p.message}</p>
            <p className={`mono selectable muted ${styles.file}`}>
              {p.file} at byte {formatCount(p.offset)}
            </p>
          </li>
        ))}
      </ul>
      <div className={styles.buttons}>
        {!all && problems.length > FIRST && (
          <Button onClick={() => setAll(true)}>Show all {formatCount(problems.length)}</Button>
        )}
        <Button onClick={copy}>Copy as a table</Button>
      </div>
    </section>
  )
}

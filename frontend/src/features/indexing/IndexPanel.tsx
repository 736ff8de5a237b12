import { Button } from '@mantine/core'
import { useState } from 'react'
import { useBackend } from '../../backend/context'
import { useIndexStatus, useRepositories } from '../../backend/queries'
import { Message } from '../../components/Message'
import { Problems } from '../../components/Problems'
import { PHASE_WORDS, StatusDot, toneOf } from '../../components/StatusDot'
import { fail } from '../../state/notices'
import { useView } from '../../state/view'
import { Facts } from './Facts'
import styles from './index.module.css'
import { LastReport } from './LastReport'
import { Progress } from './Progress'
import { isBusy, PHASE_SENTENCES } from './words'

/** What the indexer does, has done, and cannot do. */
export function IndexPanel() {
  const backend = useBackend()
  const repositories = useRepositories()
  const active = useView((s) => s.active)
  const repository = repositories.find((r) => active.includes(r.id)) ?? repositories[0]
  const status = useIndexStatus(repository?.id).data ?? repository?.index
  const [job, setJob] = useState<string | null>(null)
  if (repository === undefined || status === undefined) {
    return <Message title="No repository is open">Open one to see how its index is doing.</Message>
  }
  const reindex = () => backend.reindexAll(repository.id).then(setJob, fail)
  const reindexing = status.phase === 'reindex'
  return (
    <main className={styles.page} aria-label="Index">
      <div className={styles.inner}>
        <header className={styles.head}>
          <div>
            <h1 className={styles.title}>
              <StatusDot tone={toneOf(status.phase)} />
              {repository.name}: {PHASE_WORDS[status.phase]}
            </h1>
            <p className="muted">{PHASE_SENTENCES[status.phase]}</p>
            {status.note !== '' && <p className={styles.note}>{status.note}</p>}
          </div>
          <div className={styles.buttons}>
            {status.phase === 'paused' ? (
              <Button onClick={() => backend.resumeIndexer().catch(fail)}>Resume</Button>
            ) : (
              <>
                <Button onClick={() => backend.pauseIndexer(3600).catch(fail)}>Pause for 1 h</Button>
                <Button onClick={() => backend.pauseIndexer(0).catch(fail)}>Pause</Button>
              </>
            )}
            {reindexing ? (
              <Button onClick={() => backend.cancelJob(job ?? '').catch(fail)}>Cancel</Button>
            ) : (
              <Button variant="filled" onClick={reindex}>
                Reindex All
              </Button>
            )}
          </div>
        </header>
        {isBusy(status) && <Progress status={status} />}
        <Facts status={status} path={repository.path} />
        {status.lastReport !== null && <LastReport report={status.lastReport} />}
        <Problems repository={repository.id} problems={status.problems ?? []} />
      </div>
    </main>
  )
}

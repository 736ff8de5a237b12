import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useBackend } from '../backend/context'
import { asBackendError, errorDetails } from '../backend/errors'
import { fail, say } from '../state/notices'
import styles from './state.module.css'

/** A calm page-filling message: what is the case, and what to do. */
export function Message({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={styles.box}>
      <h2>{title}</h2>
      {children}
      {actions !== undefined && <div className={styles.buttons}>{actions}</div>}
    </div>
  )
}

/** What went wrong, where, what now; with the details to copy. */
export function ErrorMessage({ error, onRetry, title }: { error: unknown; onRetry?: () => void; title?: string }) {
  const backend = useBackend()
  const e = asBackendError(error)
  const copy = () => backend.copyText(errorDetails(e)).then(() => say('Details copied'), fail)
  return (
    <div role="alert" className={styles.box}>
      <h2>{title ?? e.message}</h2>
      {title !== undefined && <p className="selectable">{e.message}</p>}
      {e.hint !== '' && <p>{e.hint}</p>}
      {e.file && (
        <p className="mono selectable">
          {e.file}
          {e.offset !== undefined && ` at byte ${e.offset}`}
        </p>
      )}
      <div className={styles.buttons}>
        {onRetry && <Button onClick={onRetry}>Try again</Button>}
        <Button onClick={copy}>Copy details</Button>
      </div>
    </div>
  )
}

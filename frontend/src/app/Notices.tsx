import { useEffect } from 'react'
import { useBackend } from '../backend/context'
import { errorDetails } from '../backend/errors'
import { IconButton } from '../components/IconButton'
import { fail, type Notice, say, useNotices } from '../state/notices'
import styles from './app.module.css'

const STAY = 3500

export function Notices() {
  const notices = useNotices((s) => s.notices)
  return (
    <div className={styles.notices} role="log" aria-live="polite" aria-label="Messages">
      {notices.map((n) => (
        <NoticeItem key={n.id} notice={n} />
      ))}
    </div>
  )
}

function NoticeItem({ notice }: { notice: Notice }) {
  const backend = useBackend()
  const { id, tone, text, error } = notice
  useEffect(() => {
    if (tone === 'error') return
    const timer = setTimeout(() => useNotices.getState().dismiss(id), STAY)
    return () => clearTimeout(timer)
  }, [id, tone])
  return (
    <div className={styles.notice} data-tone={tone}>
      <div className={styles.noticeText}>
        {text}
        {error?.hint && <p>{error.hint}</p>}
        {error !== null && (
          <button
            type="button"
            className={styles.link}
            onClick={() => backend.copyText(errorDetails(error)).then(() => say('Details copied'), fail)}
          >
            Copy details
          </button>
        )}
      </div>
      <IconButton icon="close" label="Dismiss" onClick={() => useNotices.getState().dismiss(id)} />
    </div>
  )
}

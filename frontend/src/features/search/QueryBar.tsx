import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { BackendError, ColumnInfo, RunsView } from '../../backend/contract'
import { IconButton } from '../../components/IconButton'
import { Icon } from '../../components/icons'
import { formatCount, formatDuration } from '../../lib/format'
import { runCommand, useCommands } from '../../state/commands'
import { useView } from '../../state/view'
import { ids } from '../../testing/ids'
import { QueryEditor, type QueryEditorHandle } from './QueryEditor'
import styles from './search.module.css'

/** Milliseconds without typing until what is typed is asked. */
const PAUSE = 300

interface Props {
  view: RunsView | undefined
  error: BackendError | null
  columns: readonly ColumnInfo[]
  children?: ReactNode
}

export function QueryBar({ view, error, columns, children }: Props) {
  const query = useView((s) => s.query)
  const text = useView((s) => s.text)
  const history = useView((s) => s.history)
  const set = useView((s) => s.set)
  const addHistory = useView((s) => s.addHistory)
  const editor = useRef<QueryEditorHandle>(null)
  const search = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = usePaused(query, (q) => set({ query: q }))
  const [words, setWords] = usePaused(text, (t) => set({ text: t }))

  useCommands([
    { id: 'query.focus', title: 'Write a query', group: 'Go', keys: ['/'], run: () => editor.current?.focus() },
    {
      id: 'text.focus',
      title: 'Search for words',
      group: 'Go',
      keys: ['Mod+F'],
      whileTyping: true,
      run: () => search.current?.select(),
    },
    {
      id: 'query.clear',
      title: 'Clear query and search',
      group: 'Runs',
      disabled: query === '' && text === '' ? 'Nothing is asked for' : undefined,
      run: () => set({ query: '', text: '' }),
    },
  ])

  const bad =
    error?.kind === 'query-syntax' && error.start !== undefined
      ? { message: error.message, start: error.start, end: error.end ?? error.start + 1 }
      : null
  const settled = draft === query
  return (
    <div className={styles.bar} role="search" aria-label="Which runs">
      <div className={`${styles.field} ${styles.text}`}>
        <span className={styles.lead}>
          <Icon name="search" size={14} />
        </span>
        <input
          ref={search}
          className={styles.input}
          placeholder="Search"
          aria-label="Search in names, tags and params"
          value={words}
          onChange={(e) => setWords(e.target.value, false)}
          onKeyDown={(e) => {
            if (e.key === 'Enter') setWords(words, true)
            if (e.key === 'Escape' || e.key === 'ArrowDown') runCommand('runs.focus')
          }}
        />
        {words !== '' && (
          <span className={styles.clear}>
            <IconButton icon="close" label="Clear the search" onClick={() => setWords('', true)} />
          </span>
        )}
      </div>
      <div className={`${styles.field} ${styles.query}`} data-bad={(bad !== null && settled) || undefined}>
        <QueryEditor
          ref={editor}
          value={draft}
          error={settled ? bad : null}
          columns={columns}
          history={history}
          onChange={(q) => setDraft(q, false)}
          onSubmit={(q) => {
            setDraft(q, true)
            addHistory(q)
          }}
          onLeave={() => runCommand('runs.focus')}
        />
        {draft !== '' && (
          <span className={styles.clear}>
            <IconButton icon="close" label="Clear the query" onClick={() => setDraft('', true)} />
          </span>
        )}
      </div>
      <Matched view={view} asked={query !== '' || text !== ''} />
      {children}
      {error !== null && settled && query !== '' && (
        <div className={styles.error} role="alert">
          <strong>{error.message}.</strong> {error.hint}
        </div>
      )}
    </div>
  )
}

function Matched({ view, asked }: { view: RunsView | undefined; asked: boolean }) {
  if (view === undefined) return <span className={styles.matched} data-testid={ids.matched} />
  return (
    <output
      className={styles.matched}
      data-testid={ids.matched}
      title={`Times in queries are UTC. Answered in ${view.milliseconds.toFixed(2)} ms.`}
    >
      <strong>{formatCount(view.matched)}</strong> of {formatCount(view.total)}
      {asked && ` · ${formatDuration(Math.max(0.001, view.milliseconds / 1000))}`}
    </output>
  )
}

/** A text that is handed on when typing pauses, or at once; follows changes from elsewhere. */
function usePaused(value: string, apply: (value: string) => void): [string, (next: string, now: boolean) => void] {
  const [draft, setDraft] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const sent = useRef(value)
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value
      setDraft(value)
    }
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (next: string, now: boolean) => {
    setDraft(next)
    clearTimeout(timer.current)
    const go = () => {
      sent.current = next
      apply(next)
    }
    if (now) go()
    else timer.current = setTimeout(go, PAUSE)
  }
  return [draft, change]
}

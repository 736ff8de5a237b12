import { Button, Checkbox, Modal, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useBackend } from '../../backend/context'
import type { ColumnInfo } from '../../backend/contract'
import { andAlso } from '../../lib/aimql'
import { formatCount } from '../../lib/format'
import { matcher } from '../../lib/search'
import { useView } from '../../state/view'
import { columnTitle } from './columns'
import { rangeCondition, valuesCondition } from './filterQuery'
import styles from './runs.module.css'

/** Rows of values drawn at once: search finds the others. */
const MOST = 100

/** Filters by a column's values or range; the condition goes into the query, where it can be edited. */
export function ColumnFilter({ info, onClose }: { info: ColumnInfo | null; onClose: () => void }) {
  return (
    <Modal
      opened={info !== null}
      onClose={onClose}
      title={info === null ? '' : `Filter by ${columnTitle(info)}`}
      size={420}
    >
      {info !== null && <Body info={info} onClose={onClose} />}
    </Modal>
  )
}

function Body({ info, onClose }: { info: ColumnInfo; onClose: () => void }) {
  const backend = useBackend()
  const active = useView((s) => s.active)
  const [words, setWords] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const answer = useQuery({
    queryKey: ['values', active, info.key],
    queryFn: () => backend.values(active, info.key),
    staleTime: 0,
  })
  const match = matcher(words, 'exact')
  const values = (answer.data ?? []).filter((v) => match.score(v.text) > 0)
  const number = info.type === 'number' || info.type === 'duration'
  const conditions = [valuesCondition(info, [...chosen]), number ? rangeCondition(info, from, to) : null].filter(
    (c) => c !== null,
  )

  const apply = () => {
    const { query, set, addHistory } = useView.getState()
    const next = conditions.reduce(andAlso, query)
    set({ query: next })
    addHistory(next)
    onClose()
  }
  const toggle = (literal: string) => {
    const next = new Set(chosen)
    if (!next.delete(literal)) next.add(literal)
    setChosen(next)
  }
  return (
    <form
      className={styles.filter}
      onSubmit={(e) => {
        e.preventDefault()
        if (conditions.length > 0) apply()
      }}
    >
      {number && (
        <div className={styles.pickerBar}>
          <TextInput data-autofocus label="At least" value={from} onChange={(e) => setFrom(e.currentTarget.value)} />
          <TextInput label="At most" value={to} onChange={(e) => setTo(e.currentTarget.value)} />
        </div>
      )}
      <TextInput
        aria-label="Search values"
        placeholder="Search values"
        value={words}
        onChange={(e) => setWords(e.currentTarget.value)}
      />
      <div className={styles.filterList} role="group" aria-label="Values">
        {values.slice(0, MOST).map((v) => (
          <div key={v.literal} className={styles.filterRow}>
            <Checkbox label={v.text} checked={chosen.has(v.literal)} onChange={() => toggle(v.literal)} />
            <span className={styles.counts}>{formatCount(v.runs)}</span>
          </div>
        ))}
        {answer.error !== null && <p className="muted">The values could not be read.</p>}
        {answer.data !== undefined && values.length === 0 && <p className="muted">No value to choose.</p>}
        {values.length > MOST && <p className="muted">and {formatCount(values.length - MOST)} more: search for them</p>}
      </div>
      {conditions.length > 0 && <code className="muted">{conditions.join(' and ')}</code>}
      <Button type="submit" variant="filled" size="sm" disabled={conditions.length === 0}>
        Add to the query
      </Button>
    </form>
  )
}

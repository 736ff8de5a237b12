import { Button, Switch, TextInput } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { Fragment, useMemo, useState } from 'react'
import { useBackend } from '../../backend/context'
import type { RunDetail } from '../../backend/contract'
import { keys } from '../../backend/queries'
import { IconButton } from '../../components/IconButton'
import { ErrorMessage } from '../../components/Message'
import { toTSV } from '../../lib/delimited'
import { plural } from '../../lib/format'
import { matcher } from '../../lib/search'
import { useCommands } from '../../state/commands'
import { useNav } from '../../state/nav'
import { fail, say } from '../../state/notices'
import type { RunRef } from '../../state/refs'
import { type CompareRow, compareRows } from './compareRows'
import styles from './run.module.css'

/** Rows without a difference that are drawn before one asks for all. */
const FIRST = 300

/** Params of several runs side by side. */
export function ComparePage({ runs }: { runs: readonly RunRef[] }) {
  const backend = useBackend()
  const go = useNav((s) => s.go)
  const [words, setWords] = useState('')
  const [only, setOnly] = useState(true)
  const [all, setAll] = useState(false)
  const answers = useQueries({
    queries: runs.map((r) => ({
      queryKey: keys.run(r.repository, r.hash),
      queryFn: () => backend.run(r.repository, r.hash),
    })),
    combine: (list) => ({
      details: list.flatMap((a) => (a.data === undefined ? [] : [a.data])),
      error: list.find((a) => a.error !== null)?.error ?? null,
      waiting: list.filter((a) => a.isPending).length,
    }),
  })
  const { details } = answers
  const rows = useMemo(() => compareRows(details), [details])
  const found = useMemo(() => {
    const match = matcher(words, 'fuzzy')
    return rows.filter((r) => (!only || r.differs) && match.score(`${r.name} ${r.values.join(' ')}`) > 0)
  }, [rows, words, only])
  useCommands([
    { id: 'run.close', title: 'Back to the runs', group: 'Go', keys: ['Escape'], run: () => go({ screen: 'runs' }) },
  ])

  if (answers.error !== null && details.length === 0)
    return <ErrorMessage error={answers.error} title="The runs could not be read" />
  const copy = () => {
    const text = toTSV({
      header: ['', ...details.map(nameOf)],
      rows: found.map((r) => [r.name, ...r.values.map((v) => v ?? '')]),
    })
    backend.copyText(text).then(() => say('Comparison copied'), fail)
  }
  const same = rows.filter((r) => !r.differs).length
  return (
    <main className={styles.page} aria-label="Compare runs">
      <div className={styles.tools}>
        <IconButton icon="back" label="Back to the runs" chord="Escape" onClick={() => go({ screen: 'runs' })} />
        <h1>Compare {plural(runs.length, 'run')}</h1>
        <TextInput
          w={220}
          aria-label="Search rows"
          placeholder="Search by key or value"
          value={words}
          onChange={(e) => setWords(e.currentTarget.value)}
        />
        <Switch
          label={`Only differences (${same} are the same)`}
          checked={only}
          onChange={(e) => setOnly(e.currentTarget.checked)}
        />
        {answers.waiting > 0 && <span className="muted">{answers.waiting} still to read</span>}
        <span className={styles.spacer} />
        <Button onClick={copy}>Copy as a table</Button>
      </div>
      <div className={styles.body}>
        <Table
          details={details}
          rows={all ? found : found.slice(0, FIRST)}
          onOpen={(r) => go({ screen: 'run', run: { repository: r.repository, hash: r.hash }, tab: 'params' })}
        />
        {!all && found.length > FIRST && (
          <div className={styles.pad}>
            <Button onClick={() => setAll(true)}>Show all {plural(found.length, 'row')}</Button>
          </div>
        )}
        {found.length === 0 && answers.waiting === 0 && (
          <p className={styles.pad}>
            {words === '' ? 'These runs do not differ in anything that was logged.' : 'No row has these letters.'}
          </p>
        )}
      </div>
    </main>
  )
}

function nameOf(run: RunDetail): string {
  return run.name === '' ? run.hash : run.name
}

function Table({
  details,
  rows,
  onOpen,
}: {
  details: readonly RunDetail[]
  rows: readonly CompareRow[]
  onOpen: (run: RunDetail) => void
}) {
  return (
    <table className={styles.compare}>
      <thead>
        <tr>
          <th scope="col">
            <span className="srOnly">Key</span>
          </th>
          {details.map((d) => (
            <th key={d.hash} scope="col" title={nameOf(d)}>
              <button type="button" className={styles.open} onClick={() => onOpen(d)}>
                {nameOf(d)}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <Fragment key={`${row.group}${row.name}`}>
            {rows[i - 1]?.group !== row.group && (
              <tr className={styles.group}>
                <th scope="rowgroup" colSpan={details.length + 1}>
                  {row.group}
                </th>
              </tr>
            )}
            <tr data-same={!row.differs || undefined}>
              <th scope="row" title={row.name}>
                {row.name}
              </th>
              {row.values.map((v, k) => (
                <td
                  key={details[k]?.hash ?? k}
                  className={row.differs && v !== row.values[0] ? styles.other : undefined}
                  title={v ?? 'not there'}
                >
                  {v ?? <span className="muted">–</span>}
                </td>
              ))}
            </tr>
          </Fragment>
        ))}
      </tbody>
    </table>
  )
}

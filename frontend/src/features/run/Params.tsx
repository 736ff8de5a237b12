import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { useBackend } from '../../backend/context'
import { IconButton } from '../../components/IconButton'
import { Icon } from '../../components/icons'
import { literal, paramExpression } from '../../lib/aimql'
import { plural } from '../../lib/format'
import { type Json, parseParams, showValue } from '../../lib/params'
import { matcher } from '../../lib/search'
import { fail, say } from '../../state/notices'
import { flatRows, type ParamRow, treeRows } from './paramRows'
import styles from './run.module.css'

const ROW = 26

export function Params({ text }: { text: string }) {
  const backend = useBackend()
  const params = useMemo(() => parseParams(text), [text])
  const [words, setWords] = useState('')
  const [shape, setShape] = useState('tree')
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(() => {
    const match = matcher(words, 'fuzzy')
    return shape === 'flat' ? flatRows(params, match) : treeRows(params, match, toggled, words.trim() !== '')
  }, [params, words, shape, toggled])
  const scroller = useRef<HTMLDivElement>(null)
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  })
  const copy = (what: string, content: string) => backend.copyText(content).then(() => say(`${what} copied`), fail)
  const toggle = (id: string) => {
    const next = new Set(toggled)
    if (!next.delete(id)) next.add(id)
    setToggled(next)
  }
  const leaves = rows.filter((r) => r.open === null).length
  return (
    <div className={styles.panel}>
      <div className={styles.tools}>
        <TextInput
          w={260}
          aria-label="Search params"
          placeholder="Search by key or value"
          value={words}
          onChange={(e) => setWords(e.currentTarget.value)}
        />
        <SegmentedControl
          aria-label="Shape"
          value={shape}
          onChange={setShape}
          data={[
            { value: 'tree', label: 'Tree' },
            { value: 'flat', label: 'Flat' },
          ]}
        />
        <span className="muted" aria-live="polite">
          {plural(leaves, 'param')} shown
        </span>
        <span className={styles.spacer} />
        <Button onClick={() => copy('Params', JSON.stringify(params, null, 2))}>Copy as JSON</Button>
      </div>
      <div ref={scroller} className={styles.list} role="group" aria-label="Params">
        <div style={{ position: 'relative', height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => {
            const row = rows[item.index]
            return (
              row !== undefined && (
                <div
                  key={row.id}
                  className={`${styles.param} mono`}
                  style={{ transform: `translateY(${item.start}px)`, paddingLeft: 12 + row.depth * 20 }}
                >
                  <ParamLine row={row} nested={shape === 'tree'} onToggle={toggle} onCopy={copy} />
                </div>
              )
            )
          })}
        </div>
      </div>
    </div>
  )
}

interface LineProps {
  row: ParamRow
  nested: boolean
  onToggle: (id: string) => void
  onCopy: (what: string, content: string) => void
}

function ParamLine({ row, nested, onToggle, onCopy }: LineProps) {
  if (row.open !== null) {
    return (
      <>
        <button
          type="button"
          className={styles.fold}
          aria-expanded={row.open}
          aria-label={`${row.open ? 'Fold' : 'Unfold'} ${row.name}`}
          onClick={() => onToggle(row.id)}
        >
          <Icon name={row.open ? 'down' : 'right'} size={12} />
        </button>
        <span className={styles.key}>{row.name}</span>
        <span className="muted">{plural(row.leaves, 'param')}</span>
      </>
    )
  }
  const expression = paramExpression(row.path)
  const text = showValue(row.value)
  return (
    <>
      {nested && <span style={{ width: 20, flex: 'none' }} />}
      <span className={styles.key} title={expression}>
        {row.name}
      </span>
      <span className={`${styles.value} ${classOf(row.value)} selectable`} title={text}>
        {text}
      </span>
      <IconButton
        icon="copy"
        label={`Copy ${row.name} as AimQL`}
        onClick={() => onCopy('AimQL', `${expression} == ${literal(row.value)}`)}
      />
    </>
  )
}

function classOf(value: Json): string {
  if (typeof value === 'string') return styles.string ?? ''
  if (typeof value === 'number') return styles.number ?? ''
  return (typeof value === 'boolean' || value === null ? styles.word : '') ?? ''
}

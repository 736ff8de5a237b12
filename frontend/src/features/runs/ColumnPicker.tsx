import { Button, Checkbox, Modal, SegmentedControl, Switch, TextInput } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import type { ColumnInfo } from '../../backend/contract'
import { useColumns } from '../../backend/queries'
import { Icon } from '../../components/icons'
import { formatCount, plural } from '../../lib/format'
import { matcher, type SearchMode } from '../../lib/search'
import { useOverlays } from '../../state/overlays'
import { useView } from '../../state/view'
import { buildTree, flattenTree, type PickerRow } from './pickerTree'
import styles from './runs.module.css'
import { useColumnLayout } from './useColumnLayout'

export function ColumnPicker() {
  const opened = useOverlays((s) => s.overlay === 'columns')
  const close = useOverlays((s) => s.close)
  const active = useView((s) => s.active)
  const infos = useColumns(active).data
  return (
    <Modal opened={opened} onClose={close} title="Columns" size={620}>
      {opened && <Body infos={infos ?? []} />}
    </Modal>
  )
}

function Body({ infos }: { infos: readonly ColumnInfo[] }) {
  const layout = useColumnLayout(infos)
  const [words, setWords] = useState('')
  const [mode, setMode] = useState<SearchMode>('fuzzy')
  const [differing, setDiffering] = useState(false)
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const match = useMemo(() => matcher(words, mode), [words, mode])
  const tree = useMemo(() => buildTree(infos, match, differing), [infos, match, differing])
  const rows = useMemo(() => flattenTree(tree, unfolded, words.trim() !== ''), [tree, unfolded, words])
  const found = tree.reduce((n, g) => n + g.keys.length, 0)
  const shown = new Set(layout.keys)

  const toggle = (keys: readonly string[], on: boolean) => {
    const rest = layout.keys.filter((k) => !keys.includes(k))
    layout.setKeys(on ? [...layout.keys, ...keys.filter((k) => !shown.has(k))] : rest)
  }
  const fold = (row: PickerRow) => {
    const id = row.depth === 0 ? `-${row.node.id}` : row.node.id
    const next = new Set(unfolded)
    if (!next.delete(id)) next.add(id)
    setUnfolded(next)
  }
  return (
    <div className={styles.picker}>
      <div className={styles.pickerBar}>
        <TextInput
          data-autofocus
          style={{ flex: 1 }}
          aria-label="Search columns"
          placeholder="Search columns"
          value={words}
          error={match.error === '' ? undefined : match.error}
          onChange={(e) => setWords(e.currentTarget.value)}
        />
        <SegmentedControl
          aria-label="How to search"
          value={mode}
          onChange={(v) => setMode(v as SearchMode)}
          data={['fuzzy', 'exact', 'regex']}
        />
        <Switch label="Only differing" checked={differing} onChange={(e) => setDiffering(e.currentTarget.checked)} />
      </div>
      <PickerList rows={rows} shown={shown} onFold={fold} onToggle={toggle} />
      <div className={styles.pickerBar}>
        <span className={styles.counts} aria-live="polite">
          {plural(found, 'column')} found, {formatCount(layout.keys.length)} shown
        </span>
        <span className={styles.spacer} />
        <Button
          onClick={() =>
            toggle(
              tree.flatMap((g) => g.keys),
              true,
            )
          }
          disabled={words.trim() === '' || found > 200}
          title={found > 200 ? 'More than 200 columns: search for fewer' : undefined}
        >
          Show all found
        </Button>
        <Button onClick={() => layout.setKeys(null)}>Reset</Button>
      </div>
    </div>
  )
}

const ROW = 28

interface ListProps {
  rows: PickerRow[]
  shown: ReadonlySet<string>
  onFold: (row: PickerRow) => void
  onToggle: (keys: readonly string[], on: boolean) => void
}

function PickerList({ rows, shown, onFold, onToggle }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  })
  return (
    <div ref={scroller} className={styles.pickerList} role="group" aria-label="Columns">
      <div style={{ position: 'relative', height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (row === undefined) return null
          const { node } = row
          const on = node.keys.filter((k) => shown.has(k)).length
          return (
            <div
              key={node.id}
              className={styles.pickerRow}
              style={{ transform: `translateY(${item.start}px)`, paddingLeft: 8 + row.depth * 20 }}
            >
              {node.info === null ? (
                <button
                  type="button"
                  className={styles.fold}
                  aria-expanded={!row.folded}
                  aria-label={`${row.folded ? 'Unfold' : 'Fold'} ${node.label}`}
                  onClick={() => onFold(row)}
                >
                  <Icon name={row.folded ? 'right' : 'down'} size={12} />
                </button>
              ) : (
                <span style={{ width: 20 }} />
              )}
              <Checkbox
                checked={on > 0 && on === node.keys.length}
                indeterminate={on > 0 && on < node.keys.length}
                onChange={(e) => onToggle(node.keys, e.currentTarget.checked)}
                label={node.label}
                className={styles.pickerName}
              />
              <span className={styles.counts}>
                {node.info === null ? formatCount(node.keys.length) : about(node.info)}
              </span>
            </div>
          )
        })}
      </div>
    </div>
  )
}

function about(info: ColumnInfo): string {
  const distinct = info.distinct >= 1000 ? '1,000+' : formatCount(info.distinct)
  return `${info.type} · ${plural(info.present, 'run')} · ${distinct} different`
}

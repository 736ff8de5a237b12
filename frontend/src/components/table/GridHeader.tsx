import { type RefObject, useState } from 'react'
import styles from './grid.module.css'
import { HeaderCell } from './HeaderCell'
import { type ColumnModel, type GridSort, GUTTER, type PlacedColumn } from './model'

interface Props {
  id: string
  model: ColumnModel
  from: number
  to: number
  scroller: RefObject<HTMLElement | null>
  sort: readonly GridSort[]
  /** Column of the keyboard when it is in the header. */
  cursor: number | undefined
  onSort: (column: string, additive: boolean) => void
  onResize: (column: string, width: number) => void
  onAutofit: (column: PlacedColumn) => void
  onMove: (column: string, before: string | null) => void
  onMenu: (column: PlacedColumn, at: { x: number; y: number }) => void
}

export function GridHeader(props: Props) {
  const { model, from, to, sort, scroller } = props
  const [dropAt, setDropAt] = useState<number | null>(null)
  const drawn = model.center.slice(from, to)
  const before = drawn[0]?.start ?? 0

  /** Position in the order of all columns before which a drop at x goes. */
  const indexAt = (clientX: number): number => {
    const el = scroller.current
    const x = clientX - (el?.getBoundingClientRect().left ?? 0) - GUTTER
    const inPinned = x < model.pinnedWidth
    const list = inPinned ? model.pinned : model.center
    const local = inPinned ? x : x - model.pinnedWidth + (el?.scrollLeft ?? 0)
    const hit = list.find((c) => local < c.start + c.width / 2)
    return hit?.index ?? (inPinned ? model.pinned.length : model.all.length)
  }

  const cell = (placed: PlacedColumn, left: number | undefined, lastPinned: boolean) => {
    const key = placed.column.key
    const at = sort.findIndex((s) => s.column === key)
    return (
      <HeaderCell
        key={key}
        placed={placed}
        left={left}
        lastPinned={lastPinned}
        id={`${props.id}-h${placed.index}`}
        active={props.cursor === placed.index}
        descending={at < 0 ? null : (sort[at]?.descending ?? false)}
        rank={sort.length > 1 ? at + 1 : 0}
        dropBefore={dropAt === placed.index}
        onSort={(additive) => props.onSort(key, additive)}
        onResize={(width) => props.onResize(key, width)}
        onAutofit={() => props.onAutofit(placed)}
        onMenu={(event) => {
          event.preventDefault()
          props.onMenu(placed, { x: event.clientX, y: event.clientY })
        }}
        onDrag={(clientX, drop) => {
          if (clientX === null) {
            setDropAt(null)
            return
          }
          const index = indexAt(clientX)
          if (!drop) {
            setDropAt(index)
            return
          }
          setDropAt(null)
          const target = model.all[index]?.column.key ?? null
          if (target !== key && index !== placed.index + 1) props.onMove(key, target)
        }}
      />
    )
  }

  const width = GUTTER + model.pinnedWidth + model.centerWidth
  return (
    <div role="rowgroup" className={styles.header} style={{ width, minWidth: '100%' }}>
      <div role="row" aria-rowindex={1} style={{ display: 'flex', flex: 1 }}>
        <div
          role="columnheader"
          aria-colindex={1}
          className={`${styles.cell} ${styles.head} ${styles.pinned}`}
          style={{ width: GUTTER, left: 0 }}
        >
          <span className="srOnly">Shown in charts</span>
        </div>
        {model.pinned.map((c, i) => cell(c, GUTTER + c.start, i === model.pinned.length - 1))}
        {before > 0 && <div style={{ flex: 'none', width: before }} />}
        {drawn.map((c) => cell(c, undefined, false))}
      </div>
    </div>
  )
}

import { type MouseEvent, type PointerEvent, useRef, useState } from 'react'
import { Icon } from '../icons'
import styles from './grid.module.css'
import { MIN_WIDTH, type PlacedColumn } from './model'

interface Props {
  placed: PlacedColumn
  left: number | undefined
  lastPinned: boolean
  id: string
  active: boolean
  descending: boolean | null
  /** Place among several sort keys, from 1; 0 when there is one. */
  rank: number
  dropBefore: boolean
  onSort: (additive: boolean) => void
  onResize: (width: number) => void
  onAutofit: () => void
  onMenu: (event: MouseEvent) => void
  /** Pointer positions while the header is dragged; null when it ends. */
  onDrag: (clientX: number | null, drop: boolean) => void
}

const DRAG_AFTER = 5

export function HeaderCell(props: Props) {
  const { placed, left, lastPinned, id, active, descending, rank, dropBefore } = props
  const { column } = placed
  const start = useRef<{ x: number; dragging: boolean } | null>(null)
  const [dragging, setDragging] = useState(false)

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return
    start.current = { x: event.clientX, dragging: false }
    event.currentTarget.setPointerCapture?.(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent) => {
    const s = start.current
    if (s === null) return
    if (!s.dragging && Math.abs(event.clientX - s.x) > DRAG_AFTER) {
      s.dragging = true
      setDragging(true)
    }
    if (s.dragging) props.onDrag(event.clientX, false)
  }
  const end = (event: PointerEvent, drop: boolean) => {
    const s = start.current
    start.current = null
    setDragging(false)
    if (s?.dragging) props.onDrag(drop ? event.clientX : null, drop)
    else if (s !== null && drop) props.onSort(event.shiftKey)
  }

  const classes = [styles.cell, styles.head, column.align === 'right' && styles.right]
  if (placed.pinned) classes.push(styles.pinned, lastPinned && styles.pinnedLast)
  if (active) classes.push(styles.active)
  if (dragging) classes.push(styles.dragging)
  if (dropBefore) classes.push(styles.drop)
  return (
    <div
      role="columnheader"
      id={id}
      aria-colindex={placed.index + 2}
      aria-sort={descending === null ? 'none' : descending ? 'descending' : 'ascending'}
      className={classes.filter(Boolean).join(' ')}
      style={{ width: placed.width, left }}
      title={column.hint}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={(e) => end(e, true)}
      onPointerCancel={(e) => end(e, false)}
      onContextMenu={props.onMenu}
    >
      {column.prefix !== '' && <span className={styles.faint}>{column.prefix}</span>}
      <span className={styles.title}>{column.title}</span>
      {column.suffix !== '' && <span className={styles.faint}>{column.suffix}</span>}
      {descending !== null && (
        <span className={styles.sort}>
          <Icon name={descending ? 'down' : 'up'} size={11} />
          {rank > 0 && rank}
        </span>
      )}
      <ResizeHandle width={placed.width} onResize={props.onResize} onAutofit={props.onAutofit} />
    </div>
  )
}

function ResizeHandle({
  width,
  onResize,
  onAutofit,
}: {
  width: number
  onResize: (w: number) => void
  onAutofit: () => void
}) {
  const from = useRef<{ x: number; width: number } | null>(null)
  const [busy, setBusy] = useState(false)
  return (
    <span
      aria-hidden="true"
      className={styles.handle}
      data-busy={busy || undefined}
      onPointerDown={(e) => {
        e.stopPropagation()
        from.current = { x: e.clientX, width }
        setBusy(true)
        e.currentTarget.setPointerCapture?.(e.pointerId)
      }}
      onPointerMove={(e) => {
        e.stopPropagation()
        if (from.current) onResize(Math.max(MIN_WIDTH, Math.round(from.current.width + e.clientX - from.current.x)))
      }}
      onPointerUp={(e) => {
        e.stopPropagation()
        from.current = null
        setBusy(false)
      }}
      onDoubleClick={(e) => {
        e.stopPropagation()
        onAutofit()
      }}
    />
  )
}

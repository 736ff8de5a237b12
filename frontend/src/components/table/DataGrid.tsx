/**
 * A grid of any number of rows: only what is seen is drawn. It has the focus
 * as a whole and names its active cell, so that scrolling never loses it.
 */
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type MouseEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { GridHeader } from './GridHeader'
import { GridRow } from './GridRow'
import styles from './grid.module.css'
import { type CellContent, type GridColumn, type GridSort, GUTTER, HEADER_HEIGHT, type PlacedColumn } from './model'
import { useColumnModel } from './useColumnModel'
import { type GridKeyActions, gridKey } from './useGridKeys'
import { useVisibleColumns } from './useVisibleColumns'

export interface PressHow {
  extend: boolean
  toggle: boolean
}

export interface GridHandle {
  focus(): void
  scrollToRow(index: number): void
  /** First row on screen and pixels of it that are scrolled away. */
  position(): { first: number; offset: number }
  scrollTo(first: number, offset: number): void
}

interface Props<Row> {
  label: string
  testId: string
  rowCount: number
  rowHeight: number
  columns: readonly GridColumn[]
  widths: Readonly<Record<string, number>>
  pinned: readonly string[]
  sort: readonly GridSort[]
  rowAt: (index: number) => Row | undefined
  rowKey: (row: Row) => string
  cell: (row: Row, column: PlacedColumn) => CellContent
  gutter: (row: Row) => ReactNode
  selected: ReadonlySet<string>
  lit: string | null
  cursor: { row: number; column: number }
  onCursor: (row: number, column: number) => void
  onVisible: (from: number, to: number) => void
  onPress: (index: number, how: PressHow) => void
  onOpen: (index: number) => void
  onMenu: (index: number, column: PlacedColumn | undefined, at: { x: number; y: number }) => void
  onHeaderMenu: (column: PlacedColumn, at: { x: number; y: number }) => void
  onHover: (index: number | null) => void
  onSort: (column: string, additive: boolean) => void
  onResize: (column: string, width: number) => void
  onAutofit: (column: PlacedColumn) => void
  /** Put a column before another, or at the end. */
  onMove: (column: string, before: string | null) => void
  onSelectAll: () => void
  onClear: () => void
  ref?: Ref<GridHandle>
}

const OVERSCAN = 8

export function DataGrid<Row>(props: Props<Row>) {
  const { rowCount, rowHeight, cursor, onVisible } = props
  const scroller = useRef<HTMLDivElement>(null)
  const id = useId()
  const model = useColumnModel(props.columns, props.widths, props.pinned)
  const [from, to] = useVisibleColumns(scroller, model)
  const [keyboard, setKeyboard] = useState(false)

  const rows = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollPaddingStart: HEADER_HEIGHT,
    paddingStart: 0,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height makes all known sizes wrong
  useEffect(() => rows.measure(), [rowHeight])

  const items = rows.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => onVisible(first, last), [first, last, onVisible])

  const reveal = useCallback(
    (row: number) => {
      const el = scroller.current
      if (el === null || row < 0) return
      const top = row * rowHeight
      const height = el.clientHeight - HEADER_HEIGHT
      if (top < el.scrollTop) el.scrollTop = top
      else if (top + rowHeight > el.scrollTop + height) el.scrollTop = top + rowHeight - height
    },
    [rowHeight],
  )

  useImperativeHandle(props.ref, () => ({
    focus: () => scroller.current?.focus({ preventScroll: true }),
    scrollToRow: reveal,
    position: () => {
      const top = scroller.current?.scrollTop ?? 0
      return { first: Math.floor(top / rowHeight), offset: top % rowHeight }
    },
    scrollTo: (row, offset) => {
      if (scroller.current) scroller.current.scrollTop = row * rowHeight + offset
    },
  }))

  const revealColumn = (column: number) => {
    const el = scroller.current
    const placed = model.all[column]
    if (el === null || placed === undefined || placed.pinned) return
    const room = el.clientWidth - GUTTER - model.pinnedWidth
    if (placed.start < el.scrollLeft) el.scrollLeft = placed.start
    else if (placed.start + placed.width > el.scrollLeft + room) el.scrollLeft = placed.start + placed.width - room
  }

  const actions: GridKeyActions = {
    rowCount,
    columnCount: model.all.length,
    pageRows: Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 600) - HEADER_HEIGHT) / rowHeight) - 1),
    cursor,
    move: (row, column, how) => {
      props.onCursor(row, column)
      reveal(row)
      revealColumn(column)
      if (row >= 0 && row !== cursor.row && (!how.keep || how.extend))
        props.onPress(row, { extend: how.extend, toggle: false })
    },
    toggle: (row) => props.onPress(row, { extend: false, toggle: true }),
    open: props.onOpen,
    sort: (column, additive) => {
      const placed = model.all[column]
      if (placed) props.onSort(placed.column.key, additive)
    },
    menu: (row, column) => {
      const cell = document.getElementById(row < 0 ? `${id}-h${column}` : `${id}-r${row}-${column}`)
      const box = (cell ?? scroller.current)?.getBoundingClientRect()
      const at = { x: box?.left ?? 0, y: box?.bottom ?? 0 }
      const placed = model.all[column]
      if (row >= 0) props.onMenu(row, placed, at)
      else if (placed) props.onHeaderMenu(placed, at)
    },
    selectAll: props.onSelectAll,
    clear: props.onClear,
  }

  // Rows keep these for as long as they live, so that they are not drawn anew.
  const latest = useRef(props)
  latest.current = props
  const onPress = useCallback((index: number, event: MouseEvent, column: number) => {
    latest.current.onCursor(index, column)
    latest.current.onPress(index, { extend: event.shiftKey, toggle: event.ctrlKey || event.metaKey })
  }, [])
  const onOpen = useCallback((index: number) => latest.current.onOpen(index), [])
  const onHover = useCallback((index: number | null) => latest.current.onHover(index), [])
  const modelRef = useRef(model)
  modelRef.current = model
  const onMenu = useCallback((index: number, event: MouseEvent, column: number) => {
    event.preventDefault()
    latest.current.onCursor(index, column)
    latest.current.onMenu(index, modelRef.current.all[column], { x: event.clientX, y: event.clientY })
  }, [])

  const active = cursor.row < 0 ? `${id}-h${cursor.column}` : `${id}-r${cursor.row}-${cursor.column}`
  const drawnCursor = cursor.row < 0 || items.some((i) => i.index === cursor.row)
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rowCount + 1}
      aria-colcount={model.all.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={drawnCursor && rowCount > 0 ? active : undefined}
      tabIndex={0}
      className={styles.scroller}
      data-testid={props.testId}
      onFocus={() => setKeyboard(true)}
      onBlur={() => setKeyboard(false)}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return
        if (!gridKey(event, actions)) return
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      <GridHeader
        id={id}
        model={model}
        from={from}
        to={to}
        scroller={scroller}
        sort={props.sort}
        cursor={keyboard && cursor.row < 0 ? cursor.column : undefined}
        onSort={props.onSort}
        onResize={props.onResize}
        onAutofit={props.onAutofit}
        onMove={props.onMove}
        onMenu={props.onHeaderMenu}
      />
      <div
        role="rowgroup"
        style={{
          position: 'relative',
          height: rows.getTotalSize(),
          width: GUTTER + model.pinnedWidth + model.centerWidth,
          minWidth: '100%',
        }}
      >
        {items.map((item) => {
          const row = props.rowAt(item.index)
          const key = row === undefined ? null : props.rowKey(row)
          return (
            <GridRow
              key={item.index}
              row={row}
              index={item.index}
              top={item.start}
              id={`${id}-r${item.index}`}
              model={model}
              from={from}
              to={to}
              selected={key !== null && props.selected.has(key)}
              lit={key !== null && props.lit === key}
              cursorColumn={cursor.row === item.index ? cursor.column : undefined}
              cell={props.cell}
              gutter={props.gutter}
              onPress={onPress}
              onOpen={onOpen}
              onMenu={onMenu}
              onHover={onHover}
            />
          )
        })}
      </div>
    </div>
  )
}

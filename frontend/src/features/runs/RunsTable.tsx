import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useBackend } from '../../backend/context'
import type { ColumnInfo, RunRow, RunsView } from '../../backend/contract'
import { useBootstrap, useColumns } from '../../backend/queries'
import { ContextMenu, type MenuAt } from '../../components/ContextMenu'
import { DataGrid, type GridHandle } from '../../components/table/DataGrid'
import { fitWidth } from '../../components/table/measure'
import type { PlacedColumn } from '../../components/table/model'
import { useNav } from '../../state/nav'
import { runKey } from '../../state/refs'
import { useSelection } from '../../state/selection'
import { useView } from '../../state/view'
import { ids } from '../../testing/ids'
import { BatchBar } from './BatchBar'
import { ColumnFilter } from './ColumnFilter'
import { cellContent } from './cells'
import { EyeButton } from './EyeButton'
import { columnExpression } from './filterQuery'
import { headerEntries, rowEntries } from './menus'
import styles from './runs.module.css'
import { useColumnLayout } from './useColumnLayout'
import { useCursor } from './useCursor'
import { useRowPages } from './useRowPages'
import { useRunCommands } from './useRunCommands'
import { useRunSelection } from './useRunSelection'
import { useViewOrder } from './useViewOrder'

const ROW_HEIGHTS = { compact: 24, normal: 28, relaxed: 34 } as const
const LABEL_EXTRA = 20

export function RunsTable({ view, question }: { view: RunsView; question: string }) {
  const backend = useBackend()
  const density = useBootstrap().data?.settings.density ?? 'normal'
  const active = useView((s) => s.active)
  const sort = useView((s) => s.sort)
  const setView = useView((s) => s.set)
  const infos = useColumns(active).data
  const layout = useColumnLayout(infos)
  const [range, setRange] = useState({ from: 0, to: 50 })
  const { rows } = useRowPages(view, layout.keys, range.from, range.to)
  const order = useViewOrder(view)
  const grid = useRef<GridHandle>(null)
  const { cursor, setCursor, remember } = useCursor(view, question, rows, order, grid)
  const { press, selectAll } = useRunSelection(rows, order)
  const selected = useSelection((s) => s.selected)
  const highlight = useSelection((s) => s.highlight)
  const [menu, setMenu] = useState<MenuAt | null>(null)
  const [filter, setFilter] = useState<ColumnInfo | null>(null)

  const onVisible = useCallback(
    (from: number, to: number) => {
      setRange((r) => (r.from === from && r.to === to ? r : { from, to }))
      remember()
    },
    [remember],
  )

  const told = useRef(false)
  useEffect(() => {
    if (told.current || rows.size === 0) return
    told.current = true
    backend.pageReady(rows.size).catch(() => {
      // Only scripts listen; the page works without.
    })
  }, [rows, backend])

  const positions = useMemo(() => new Map(layout.keys.map((k, i) => [k, i])), [layout.keys])
  const { byKey } = layout
  const cell = useCallback(
    (row: RunRow, placed: PlacedColumn) => {
      const info = byKey.get(placed.column.key)
      const at = positions.get(placed.column.key)
      if (info === undefined || at === undefined) return { text: '', full: '' }
      return cellContent(row, info, row.cells[at] ?? null)
    },
    [byKey, positions],
  )
  const gutter = useCallback((row: RunRow) => <EyeButton runKey={runKey(row)} name={row.name} />, [])

  const open = useCallback(
    (index: number) => {
      const row = rows.get(index)
      if (row === undefined) return
      useNav.getState().go({ screen: 'run', run: { repository: row.repository, hash: row.hash }, tab: 'overview' })
    },
    [rows],
  )

  const onSort = (column: string, additive: boolean) => {
    const now = sort.find((s) => s.column === column)
    // Descending first for what one looks for the greatest of; a third click ends it.
    const next =
      now === undefined
        ? { column, descending: byKey.get(column)?.type === 'time' }
        : { column, descending: !now.descending }
    setView({ sort: additive ? [...sort.filter((s) => s.column !== column), next] : [next] })
  }

  const autofit = (placed: PlacedColumn) => {
    const font = getComputedStyle(document.body).font
    const texts = [...rows.values()].map((r) => cell(r, placed).text)
    const head = `${placed.column.prefix} ${placed.column.title} ${placed.column.suffix}   `
    layout.setWidth(
      placed.column.key,
      fitWidth([...texts, head], font, LABEL_EXTRA + (placed.column.key === 'state' ? 24 : 0)),
    )
  }

  const filterOf = (info: ColumnInfo | undefined) =>
    info === undefined || columnExpression(info) === null ? null : () => setFilter(info)

  const actions = useRunCommands({ order, layout, grid, cursorRow: rows.get(cursor.row), selectAll })

  const onMenu = (index: number, placed: PlacedColumn | undefined, at: { x: number; y: number }) => {
    const row = rows.get(index)
    if (row === undefined) return
    if (!useSelection.getState().selected.has(runKey(row))) useSelection.getState().selectOnly(runKey(row))
    setMenu({
      ...at,
      entries: rowEntries(row, placed === undefined ? undefined : byKey.get(placed.column.key), cell, placed, actions),
    })
  }

  return (
    <section className={styles.panel} aria-label="Runs">
      <div className={styles.grid} style={{ '--row': `${ROW_HEIGHTS[density]}px` } as React.CSSProperties}>
        <DataGrid<RunRow>
          ref={grid}
          label="Runs"
          testId={ids.runsGrid}
          rowCount={view.matched}
          rowHeight={ROW_HEIGHTS[density]}
          columns={layout.columns}
          widths={layout.widths}
          pinned={layout.pinned}
          sort={sort}
          rowAt={(i) => rows.get(i)}
          rowKey={runKey}
          cell={cell}
          gutter={gutter}
          selected={selected}
          lit={highlight}
          cursor={cursor}
          onCursor={setCursor}
          onVisible={onVisible}
          onPress={press}
          onOpen={open}
          onMenu={onMenu}
          onHeaderMenu={(placed, at) =>
            setMenu({
              ...at,
              entries: headerEntries(
                placed,
                layout,
                (d) => setView({ sort: [{ column: placed.column.key, descending: d }] }),
                () => autofit(placed),
                filterOf(byKey.get(placed.column.key)),
              ),
            })
          }
          onHover={(i) => {
            const row = i === null ? undefined : rows.get(i)
            useSelection.getState().setHighlight(row === undefined ? null : runKey(row))
          }}
          onSort={onSort}
          onResize={layout.setWidth}
          onAutofit={autofit}
          onMove={layout.move}
          onSelectAll={selectAll}
          onClear={() => useSelection.getState().clear()}
        />
      </div>
      <BatchBar count={selected.size} />
      <ColumnFilter info={filter} onClose={() => setFilter(null)} />
      <ContextMenu
        at={menu}
        onClose={() => {
          setMenu(null)
          grid.current?.focus()
        }}
      />
    </section>
  )
}

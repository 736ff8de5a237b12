/** Order, widths and pinning of columns, worked out by TanStack Table. */
import {
  type ColumnDef,
  columnOrderingFeature,
  columnPinningFeature,
  columnSizingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useMemo } from 'react'
import { type ColumnModel, type GridColumn, MIN_WIDTH, type PlacedColumn } from './model'

const features = tableFeatures({ columnOrderingFeature, columnPinningFeature, columnSizingFeature })
// Rows are fetched by page and drawn by the virtual list: the table has none.
const NO_ROWS: Record<string, never>[] = []

type Def = ColumnDef<typeof features, Record<string, never>>

export function useColumnModel(
  columns: readonly GridColumn[],
  widths: Readonly<Record<string, number>>,
  pinned: readonly string[],
): ColumnModel {
  const defs = useMemo<Def[]>(
    () =>
      columns.map((c) => ({ id: c.key, header: c.title, size: c.width, minSize: MIN_WIDTH, accessorFn: () => null })),
    [columns],
  )
  const state = useMemo(() => {
    const known = new Set(columns.map((c) => c.key))
    return {
      columnSizing: { ...widths },
      columnPinning: { start: pinned.filter((k) => known.has(k)), end: [] },
      columnOrder: columns.map((c) => c.key),
    }
  }, [columns, widths, pinned])
  const table = useTable({ features, columns: defs, data: NO_ROWS, state })

  return useMemo(() => {
    // The table's answers follow its state, which follows these.
    const byKey = new Map(columns.map((c) => [c.key, c]))
    const place = (
      ids: readonly { id: string; getSize: () => number }[],
      isPinned: boolean,
      from: number,
    ): PlacedColumn[] => {
      let start = 0
      return ids.flatMap((c, i) => {
        const column = byKey.get(c.id)
        if (column === undefined) return []
        const width = Math.max(MIN_WIDTH, state.columnSizing[c.id] ?? column.width)
        const placed = { column, width, start, pinned: isPinned, index: from + i }
        start += width
        return [placed]
      })
    }
    const pinnedColumns = place(table.getStartLeafColumns(), true, 0)
    const center = place(table.getCenterLeafColumns(), false, pinnedColumns.length)
    const sum = (list: PlacedColumn[]) => list.reduce((n, c) => n + c.width, 0)
    return {
      pinned: pinnedColumns,
      center,
      all: [...pinnedColumns, ...center],
      pinnedWidth: sum(pinnedColumns),
      centerWidth: sum(center),
    }
  }, [table, columns, state])
}

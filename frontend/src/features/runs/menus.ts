import type { ColumnInfo, RunRow } from '../../backend/contract'
import type { MenuEntry } from '../../components/ContextMenu'
import type { CellContent, PlacedColumn } from '../../components/table/model'
import type { useColumnLayout } from './useColumnLayout'

export interface RowActions {
  copyText: (text: string, what: string) => void
  filterBy: (row: RunRow, info: ColumnInfo) => void
}

type Layout = ReturnType<typeof useColumnLayout>

export function rowEntries(
  row: RunRow,
  info: ColumnInfo | undefined,
  cell: (row: RunRow, column: PlacedColumn) => CellContent,
  placed: PlacedColumn | undefined,
  actions: RowActions,
): MenuEntry[] {
  const entries: MenuEntry[] = [
    { label: 'Open run', command: 'runs.open' },
    { label: 'Compare params', command: 'runs.compare' },
    { label: 'Show charts', command: 'runs.charts' },
    { label: 'Hide from charts', command: 'runs.hide', section: true },
    { label: 'Show only these in charts', command: 'runs.showOnly' },
  ]
  if (placed !== undefined && info !== undefined) {
    const content = cell(row, placed)
    entries.push({
      label: 'Copy value',
      section: true,
      disabled: content.missing ? 'There is no value' : undefined,
      run: () => actions.copyText(info.key === 'state' ? content.text : content.full, 'Value'),
    })
    if (info.group === 'param' || info.key === 'experiment') {
      entries.push({
        label: 'Filter by this value',
        disabled: content.missing ? 'There is no value' : undefined,
        run: () => actions.filterBy(row, info),
      })
    }
  }
  entries.push(
    { label: 'Copy rows', command: 'runs.copy', section: placed === undefined },
    { label: 'Copy hash', run: () => actions.copyText(row.hash, 'Hash') },
    { label: 'Export selection…', command: 'runs.exportSelection' },
  )
  return entries
}

export function headerEntries(
  placed: PlacedColumn,
  layout: Layout,
  sort: (descending: boolean) => void,
  autofit: () => void,
  filter: (() => void) | null,
): MenuEntry[] {
  const key = placed.column.key
  return [
    { label: 'Sort ascending', run: () => sort(false) },
    { label: 'Sort descending', run: () => sort(true) },
    filter === null
      ? { label: 'Filter…', disabled: 'Queries have no name for this column' }
      : { label: 'Filter…', run: filter },
    {
      label: placed.pinned ? 'Unpin' : 'Pin to the left',
      section: true,
      run: () => layout.setPinned(placed.pinned ? layout.pinned.filter((k) => k !== key) : [...layout.pinned, key]),
    },
    { label: 'Fit width', run: autofit },
    {
      label: 'Hide column',
      disabled: layout.keys.length === 1 ? 'The last column stays' : undefined,
      run: () => layout.setKeys(layout.keys.filter((k) => k !== key)),
    },
    { label: 'Choose columns…', command: 'runs.columns', section: true },
    { label: 'Reset columns', run: () => layout.setKeys(null) },
  ]
}

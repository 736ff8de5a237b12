/** Runs as text: for the clipboard and for files. */
import type { Backend, Cell, ColumnInfo, RunRow, RunsRequest } from '../../backend/contract'
import { toCSV, toJSON, toTSV } from '../../lib/delimited'
import { cellFull } from '../../lib/format'
import { runKey } from '../../state/refs'
import { columnTitle } from './columns'

export type ExportFormat = 'csv' | 'tsv' | 'json'
export type ExportScope = 'view' | 'selection' | 'all'

const CHUNK = 1000

/** All rows of a view, some at a time; `keep` chooses among them. */
export async function collectRows(
  backend: Backend,
  view: { view: string; matched: number },
  columns: readonly string[],
  keep: (row: RunRow) => boolean = () => true,
): Promise<RunRow[]> {
  const out: RunRow[] = []
  for (let from = 0; from < view.matched; from += CHUNK) {
    const rows = await backend.rows({ view: view.view, from, count: CHUNK, columns: [...columns] })
    for (const row of rows) if (keep(row)) out.push(row)
  }
  return out
}

export function rowsAsText(format: ExportFormat, infos: readonly ColumnInfo[], rows: readonly RunRow[]): string {
  const header = infos.map(columnTitle)
  if (format === 'json')
    return toJSON(
      header,
      rows.map((r) => r.cells.map(plain)),
    )
  const table = { header, rows: rows.map((r) => infos.map((info, i) => cellFull(r.cells[i] ?? null, info.type))) }
  return format === 'csv' ? toCSV(table) : toTSV(table)
}

function plain(cell: Cell): unknown {
  return typeof cell === 'object' && cell !== null && !Array.isArray(cell) ? cell.full : cell
}

export async function exportRuns(
  backend: Backend,
  request: RunsRequest,
  scope: ExportScope,
  selected: ReadonlySet<string>,
  infos: readonly ColumnInfo[],
  format: ExportFormat,
): Promise<string | null> {
  const asked = scope === 'all' ? { ...request, query: '', text: '', all: true } : request
  const view = await backend.runs(asked)
  const keep = scope === 'selection' ? (row: RunRow) => selected.has(runKey(row)) : () => true
  const rows = await collectRows(
    backend,
    view,
    infos.map((c) => c.key),
    keep,
  )
  return backend.saveFile(`runs.${format}`, rowsAsText(format, infos, rows))
}

import type { KeyboardEvent } from 'react'

export interface GridKeyActions {
  rowCount: number
  columnCount: number
  pageRows: number
  cursor: { row: number; column: number }
  move: (row: number, column: number, how: { extend: boolean; keep: boolean }) => void
  toggle: (row: number) => void
  open: (row: number) => void
  /** Enter on a header. */
  sort: (column: number, additive: boolean) => void
  menu: (row: number, column: number) => void
  selectAll: () => void
  clear: () => void
}

/** The keys of a grid; row −1 is the header. True when the key was one of them. */
export function gridKey(event: KeyboardEvent, a: GridKeyActions): boolean {
  const { row, column } = a.cursor
  const mod = event.ctrlKey || event.metaKey
  const how = { extend: event.shiftKey, keep: mod }
  const to = (r: number, c = column) => {
    const clampedRow = Math.max(-1, Math.min(a.rowCount - 1, r))
    a.move(clampedRow, Math.max(0, Math.min(a.columnCount - 1, c)), how)
    return true
  }
  switch (event.key) {
    case 'ArrowDown':
      return to(row + 1)
    case 'ArrowUp':
      return to(row - 1)
    case 'ArrowRight':
      return to(row, column + 1)
    case 'ArrowLeft':
      return to(row, column - 1)
    case 'PageDown':
      return to(Math.min(a.rowCount - 1, row + a.pageRows))
    case 'PageUp':
      return to(Math.max(0, row - a.pageRows))
    case 'Home':
      return mod ? to(0, 0) : to(row, 0)
    case 'End':
      return mod ? to(a.rowCount - 1, a.columnCount - 1) : to(row, a.columnCount - 1)
    case ' ':
      if (row >= 0) a.toggle(row)
      return true
    case 'Enter':
      if (row < 0) a.sort(column, event.shiftKey)
      else a.open(row)
      return true
    case 'Escape':
      a.clear()
      return true
    case 'ContextMenu':
      a.menu(row, column)
      return true
    case 'F10':
      if (!event.shiftKey) return false
      a.menu(row, column)
      return true
    case 'a':
      if (!mod) return false
      a.selectAll()
      return true
    default:
      return false
  }
}

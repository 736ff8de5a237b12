import { useCallback } from 'react'
import type { RunRow } from '../../backend/contract'
import type { PressHow } from '../../components/table/DataGrid'
import { fail } from '../../state/notices'
import { runKey } from '../../state/refs'
import { useSelection } from '../../state/selection'

/** Selecting rows by click, with Shift and with Ctrl, over all pages of a view. */
export function useRunSelection(rows: ReadonlyMap<number, RunRow>, order: () => Promise<string[]>) {
  const press = useCallback(
    (index: number, how: PressHow) => {
      const s = useSelection.getState()
      if (how.extend) {
        selectRange(order, index)
        return
      }
      const row = rows.get(index)
      const apply = (key: string) => (how.toggle ? s.toggle(key) : s.selectOnly(key))
      if (row !== undefined) apply(runKey(row))
      else order().then((keys) => keys[index] !== undefined && apply(keys[index]), fail)
    },
    [rows, order],
  )
  const selectAll = useCallback(() => {
    order().then((keys) => useSelection.getState().select(keys), fail)
  }, [order])
  return { press, selectAll }
}

function selectRange(order: () => Promise<string[]>, index: number): void {
  order().then((keys) => {
    const s = useSelection.getState()
    const anchor = s.anchor === null ? -1 : keys.indexOf(s.anchor)
    const from = anchor < 0 ? index : anchor
    const range = keys.slice(Math.min(from, index), Math.max(from, index) + 1)
    s.select(range, s.anchor ?? keys[index] ?? null)
  }, fail)
}

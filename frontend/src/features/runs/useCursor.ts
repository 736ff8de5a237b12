import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import type { RunRow, RunsView } from '../../backend/contract'
import type { GridHandle } from '../../components/table/DataGrid'
import { runKey } from '../../state/refs'

/**
 * The keyboard's place stays on its run, and what is on screen stays where it
 * is, when runs come and go. A new query or order starts at the top.
 */
export function useCursor(
  view: RunsView | undefined,
  question: string,
  rows: ReadonlyMap<number, RunRow>,
  order: () => Promise<string[]>,
  grid: RefObject<GridHandle | null>,
) {
  const [cursor, setCursorState] = useState({ row: 0, column: 0 })
  const place = useRef({
    cursorKey: null as string | null,
    topKey: null as string | null,
    offset: 0,
    question,
    view: view?.view,
  })
  const rowsRef = useRef(rows)
  rowsRef.current = rows

  const setCursor = useCallback((row: number, column: number) => {
    const at = rowsRef.current.get(row)
    if (at) place.current.cursorKey = runKey(at)
    setCursorState({ row, column })
  }, [])

  const remember = useCallback(() => {
    const position = grid.current?.position()
    if (position === undefined) return
    const top = rowsRef.current.get(position.first)
    place.current.topKey = top && (position.first > 0 || position.offset > 0) ? runKey(top) : null
    place.current.offset = position.offset
  }, [grid])

  const id = view?.view
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new view moves anything
  useEffect(() => {
    const p = place.current
    if (id === undefined || id === p.view) return
    const sameQuestion = p.question === question
    p.view = id
    p.question = question
    if (!sameQuestion) {
      p.cursorKey = null
      p.topKey = null
      setCursorState((c) => ({ row: 0, column: c.column }))
      grid.current?.scrollTo(0, 0)
      return
    }
    if (p.cursorKey === null && p.topKey === null) return
    let stopped = false
    order().then(
      (keys) => {
        if (stopped) return
        const cursorAt = p.cursorKey === null ? -1 : keys.indexOf(p.cursorKey)
        if (cursorAt >= 0) setCursorState((c) => (c.row === cursorAt ? c : { ...c, row: cursorAt }))
        const topAt = p.topKey === null ? -1 : keys.indexOf(p.topKey)
        if (topAt >= 0 && topAt !== grid.current?.position().first) grid.current?.scrollTo(topAt, p.offset)
      },
      () => {
        // The view is gone already; the next one settles it.
      },
    )
    return () => {
      stopped = true
    }
  }, [id])

  return { cursor, setCursor, remember }
}

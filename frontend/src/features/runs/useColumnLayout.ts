import { useMemo } from 'react'
import type { ColumnInfo } from '../../backend/contract'
import { NO_COLUMNS, scopeOf, useView } from '../../state/view'
import { defaultColumns, toGridColumn } from './columns'

/** The columns that are shown, and how they are changed. */
export function useColumnLayout(infos: readonly ColumnInfo[] | undefined) {
  const active = useView((s) => s.active)
  const scope = scopeOf(active)
  const layout = useView((s) => s.columns[scope]) ?? NO_COLUMNS
  const onlyDiffering = useView((s) => s.onlyDiffering)
  const setColumns = useView((s) => s.setColumns)

  const byKey = useMemo(() => {
    const map = new Map((infos ?? []).map((c) => [c.key, c]))
    if (active.length > 1 && !map.has('repository')) map.set('repository', REPOSITORY)
    return map
  }, [infos, active])

  const keys = useMemo(() => {
    const chosen = layout.keys ?? defaultColumns(infos ?? [], active.length > 1)
    return chosen.filter((k) => {
      const info = byKey.get(k)
      if (info === undefined) return false
      return !onlyDiffering || info.group === 'property' || info.distinct > 1
    })
  }, [layout.keys, infos, active, byKey, onlyDiffering])

  const columns = useMemo(
    () =>
      keys.flatMap((k) => {
        const info = byKey.get(k)
        return info === undefined ? [] : [toGridColumn(info)]
      }),
    [keys, byKey],
  )

  return {
    keys,
    columns,
    byKey,
    widths: layout.widths,
    pinned: layout.pinned,
    setKeys: (next: string[] | null) => setColumns(scope, { keys: next }),
    setWidth: (key: string, width: number) => setColumns(scope, { widths: { ...layout.widths, [key]: width } }),
    setPinned: (pinned: string[]) => setColumns(scope, { pinned }),
    /** Puts a column before another one; among pinned ones it is pinned too. */
    move: (key: string, before: string | null) => {
      const pinned = layout.pinned.filter((k) => k !== key)
      if (before !== null && layout.pinned.includes(before)) {
        pinned.splice(pinned.indexOf(before), 0, key)
        setColumns(scope, { pinned, keys })
        return
      }
      const rest = keys.filter((k) => k !== key)
      const at = before === null ? rest.length : rest.indexOf(before)
      rest.splice(at < 0 ? rest.length : at, 0, key)
      setColumns(scope, { keys: rest, pinned })
    },
  }
}

const REPOSITORY: ColumnInfo = {
  key: 'repository',
  group: 'property',
  path: ['repository'],
  context: '',
  summary: '',
  type: 'text',
  present: 0,
  distinct: 2,
}

import { type UseQueryResult, useQueries, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { useBackend } from '../../backend/context'
import type { RunRow, RunsView } from '../../backend/contract'
import { asBackendError } from '../../backend/errors'

export const PAGE = 100

function combine(answers: readonly UseQueryResult<RunRow[]>[]) {
  return {
    data: answers.map((a) => a.data),
    gone: answers.some((a) => a.error !== null && asBackendError(a.error).kind === 'not-found'),
  }
}

/**
 * The rows on screen, fetched by page. While a newer view is on its way the
 * rows of the one before stay: nothing blinks.
 */
export function useRowPages(view: RunsView | undefined, columns: readonly string[], from: number, to: number) {
  const backend = useBackend()
  const client = useQueryClient()
  const id = view?.view ?? ''
  const total = view?.matched ?? 0
  const columnsKey = columns.join('\n')

  const pages = useMemo(() => {
    if (total === 0) return []
    const first = Math.floor(Math.max(0, from) / PAGE)
    const last = Math.floor(Math.min(total - 1, Math.max(from, to)) / PAGE)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  }, [from, to, total])

  const answers = useQueries({
    queries: pages.map((page) => ({
      queryKey: ['rows', id, columnsKey, page],
      queryFn: () => backend.rows({ view: id, from: page * PAGE, count: PAGE, columns: [...columns] }),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 20_000,
      retry: false,
      enabled: id !== '' && columns.length > 0,
    })),
    combine,
  })

  // A view that the program forgot is asked for again, once.
  const { data, gone } = answers
  useEffect(() => {
    if (gone) client.invalidateQueries({ queryKey: ['runs'] })
  }, [gone, client])

  const before = useRef<{ columns: string; rows: Map<number, RunRow> }>({ columns: '', rows: new Map() })
  const rows = useMemo(() => {
    const now = new Map<number, RunRow>()
    const old = before.current.columns === columnsKey ? before.current.rows : new Map<number, RunRow>()
    pages.forEach((page, i) => {
      const got = data[i]
      for (let k = 0; k < PAGE; k++) {
        const index = page * PAGE + k
        const row = got === undefined ? old.get(index) : got[k]
        if (row !== undefined) now.set(index, row)
      }
    })
    before.current = { columns: columnsKey, rows: now }
    return now
  }, [pages, columnsKey, data])

  return { rows }
}

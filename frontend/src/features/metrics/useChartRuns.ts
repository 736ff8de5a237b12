import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useBackend } from '../../backend/context'
import type { Backend, RunsView } from '../../backend/contract'
import { quote } from '../../lib/aimql'
import { cellFull } from '../../lib/format'
import { refOfKey, runKey } from '../../state/refs'
import { useSelection } from '../../state/selection'
import { useView } from '../../state/view'
import { NO_VALUE } from './grouping'
import type { ChartRun } from './model'

/**
 * The runs that charts draw: the selected ones, or else the first of what the
 * query matches, with the texts of some fields. Never more than the limit.
 */
export function useChartRuns(view: RunsView, fields: readonly string[]) {
  const backend = useBackend()
  const selected = useSelection((s) => s.selected)
  const limit = useView((s) => s.charts.limit)
  const active = useView((s) => s.active)
  const sort = useView((s) => s.sort)
  const chosen = useMemo(() => (selected.size === 0 ? null : [...selected].slice(0, limit)), [selected, limit])
  // Selected runs are asked for by name, so that they stay when the query changes.
  const answer = useQuery({
    queryKey: ['runs', 'charts', chosen ?? view.view, limit, active, sort, fields],
    queryFn: async () => {
      const asked =
        chosen === null
          ? view
          : await backend.runs({ repositories: active, query: hashQuery(chosen), text: '', sort, all: true })
      return readRuns(backend, asked, limit, fields)
    },
    placeholderData: keepPreviousData,
  })
  const total = chosen === null ? view.matched : selected.size
  return { runs: answer.data ?? NONE, total, fromSelection: chosen !== null, ready: answer.data !== undefined }
}

const NONE: ChartRun[] = []

function hashQuery(keys: readonly string[]): string {
  return `run.hash in [${keys.map((k) => quote(refOfKey(k).hash)).join(', ')}]`
}

async function readRuns(
  backend: Backend,
  view: RunsView,
  limit: number,
  fields: readonly string[],
): Promise<ChartRun[]> {
  const rows = await backend.rows({ view: view.view, from: 0, count: limit, columns: [...fields] })
  return rows.map((r) => ({
    key: runKey(r),
    repository: r.repository,
    hash: r.hash,
    name: r.name === '' ? r.hash.slice(0, 8) : r.name,
    live: r.state === 'live',
    values: new Map(fields.map((f, i) => [f, cellFull(r.cells[i] ?? null, 'mixed') || NO_VALUE])),
  }))
}

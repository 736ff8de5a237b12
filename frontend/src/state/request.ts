/** The question the person asks: which runs, in which order. */
import { useMemo } from 'react'
import type { RunsRequest } from '../backend/contract'
import { useView } from './view'

export function useRunsRequest(): RunsRequest {
  const active = useView((s) => s.active)
  const query = useView((s) => s.query)
  const text = useView((s) => s.text)
  const sort = useView((s) => s.sort)
  return useMemo(() => ({ repositories: active, query, text, sort, all: false }), [active, query, text, sort])
}

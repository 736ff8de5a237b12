import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useBackend } from '../../backend/context'
import type { RunsView } from '../../backend/contract'
import { viewHashesOptions } from '../../backend/queries'
import { runKey } from '../../state/refs'

/** The keys of all runs of a view in order, asked for when needed and kept. */
export function useViewOrder(view: RunsView | undefined) {
  const backend = useBackend()
  const client = useQueryClient()
  const id = view?.view
  return useCallback(async (): Promise<string[]> => {
    if (id === undefined) return []
    const refs = await client.ensureQueryData(viewHashesOptions(backend, id))
    return refs.map(runKey)
  }, [backend, client, id])
}

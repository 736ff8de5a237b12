/**
 * Events are numbered hints. Each marks answers as old, and what is on screen
 * is asked for again. Missed numbers are fetched; if that fails, everything is
 * asked for again: the page can always be rebuilt from answers alone.
 */
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useBackend } from './context'
import type { BackendEvent } from './contract'
import { keys } from './queries'

/** Milliseconds that changes of runs are gathered for: live runs write often. */
const GATHER = 400

export function useBackendEvents(onEvent: (event: BackendEvent) => void): void {
  const backend = useBackend()
  const client = useQueryClient()
  const handler = useRef(onEvent)
  handler.current = onEvent

  useEffect(() => {
    const gatherer = createGatherer(client)
    let seen = 0
    const take = (event: BackendEvent) => {
      if (event.seq <= seen && seen > 0) return
      seen = event.seq
      applyEvent(client, gatherer, event)
      handler.current(event)
    }
    const end = backend.subscribe((event) => {
      if (seen === 0 || event.seq === seen + 1) {
        take(event)
        return
      }
      backend.eventsSince(seen).then(
        (missed) => {
          for (const e of missed) take(e)
        },
        () => {
          seen = event.seq
          return client.invalidateQueries()
        },
      )
    })
    return () => {
      end()
      gatherer.stop()
    }
  }, [backend, client])
}

interface Gatherer {
  add(repository: string, runs: readonly string[]): void
  stop(): void
}

function createGatherer(client: QueryClient): Gatherer {
  let timer: ReturnType<typeof setTimeout> | undefined
  let changed = new Set<string>()
  let any = false
  const flush = () => {
    timer = undefined
    const hashes = changed
    const all = any
    changed = new Set()
    any = false
    client.invalidateQueries({ queryKey: ['runs'] })
    client.invalidateQueries({ queryKey: ['metrics'] })
    client.invalidateQueries({ queryKey: ['logs'] })
    client.invalidateQueries({
      queryKey: ['run'],
      predicate: (q) => all || hashes.has(`${q.queryKey[1]}/${q.queryKey[2]}`),
    })
  }
  return {
    add(repository, runs) {
      if (runs.length === 0) any = true
      for (const hash of runs) changed.add(`${repository}/${hash}`)
      timer ??= setTimeout(flush, GATHER)
    },
    stop: () => clearTimeout(timer),
  }
}

function applyEvent(client: QueryClient, gatherer: Gatherer, event: BackendEvent): void {
  switch (event.type) {
    case 'runs':
      gatherer.add(event.repository, event.runs ?? [])
      return
    case 'index': {
      const before = client.getQueryData<{ phase: string }>(keys.status(event.repository))
      if (event.status !== undefined) client.setQueryData(keys.status(event.repository), event.status)
      if (before !== undefined && event.status !== undefined && before.phase !== event.status.phase) {
        gatherer.add(event.repository, [])
        client.invalidateQueries({ queryKey: ['columns'] })
      }
      return
    }
    case 'repositories':
    case 'settings':
      client.invalidateQueries({ queryKey: keys.bootstrap })
      client.invalidateQueries({ queryKey: keys.recents })
      return
    case 'notice':
    case 'open-run':
    case 'menu':
      return
  }
}

/** What the page asks for, kept by TanStack Query. Events mark answers as old; see events.ts. */
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useBackend } from './context'
import type { Backend, MetricsRequest, RunsRequest } from './contract'

export const keys = {
  bootstrap: ['bootstrap'] as const,
  recents: ['recents'] as const,
  columns: (repositories: readonly string[]) => ['columns', ...repositories] as const,
  runs: (request: RunsRequest) => ['runs', request] as const,
  run: (repository: string, hash: string) => ['run', repository, hash] as const,
  metrics: (request: MetricsRequest) => ['metrics', request] as const,
  status: (repository: string) => ['status', repository] as const,
}

export function useBootstrap() {
  const backend = useBackend()
  return useQuery({ queryKey: keys.bootstrap, queryFn: () => backend.bootstrap(), staleTime: Number.POSITIVE_INFINITY })
}

export function useRepositories() {
  return useBootstrap().data?.open ?? EMPTY
}

const EMPTY: never[] = []

export function useRecents() {
  const backend = useBackend()
  const boot = useBootstrap().data
  return useQuery({
    queryKey: keys.recents,
    queryFn: () => backend.recents(),
    initialData: boot?.recents,
    initialDataUpdatedAt: 0,
  })
}

export function useColumns(repositories: readonly string[]) {
  const backend = useBackend()
  return useQuery({
    queryKey: keys.columns(repositories),
    queryFn: () => backend.columns([...repositories]),
    enabled: repositories.length > 0,
    placeholderData: keepPreviousData,
  })
}

/** An ordered answer to a query; the last one stays on screen until the next is there. */
export function useRunsView(request: RunsRequest) {
  const backend = useBackend()
  return useQuery({
    queryKey: keys.runs(request),
    queryFn: () => backend.runs(request),
    enabled: request.repositories.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
  })
}

/** All runs of a view by position; asked for only when something needs them. */
export function viewHashesOptions(backend: Backend, view: string) {
  return queryOptions({
    queryKey: ['view-hashes', view],
    queryFn: () => backend.viewHashes(view),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
  })
}

export function useRun(repository: string, hash: string) {
  const backend = useBackend()
  return useQuery({
    queryKey: keys.run(repository, hash),
    queryFn: () => backend.run(repository, hash),
    placeholderData: keepPreviousData,
    retry: false,
  })
}

export function useMetrics(request: MetricsRequest, enabled = true) {
  const backend = useBackend()
  return useQuery({
    queryKey: keys.metrics(request),
    queryFn: () => backend.metrics(request),
    enabled: enabled && request.runs.length > 0,
    placeholderData: keepPreviousData,
  })
}

export function useIndexStatus(repository: string | undefined) {
  const backend = useBackend()
  return useQuery({
    queryKey: keys.status(repository ?? ''),
    queryFn: () => backend.indexStatus(repository ?? ''),
    enabled: repository !== undefined,
  })
}

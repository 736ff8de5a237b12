/**
 * The program in memory: for development, tests and screenshots. It keeps to
 * the contract, invents its data, and gives the same data every time.
 */
import type {
  Backend,
  BackendError,
  BackendEvent,
  Bootstrap,
  Recent,
  Repository,
  RunRow,
  RunsRequest,
  Settings,
} from '../contract'
import { buildColumns, type Column, compareCells, countValues, EVIDENCE } from './columns'
import { metricInfo } from './curves'
import { logPage, runDetail } from './detail'
import { type FakeRun, generateRuns } from './generate'
import { FakeIndexer } from './indexer'
import { compileQuery } from './query'
import { answerSeries } from './series'

export interface FakeOptions {
  /** Runs of the repository that is open at start; null: none is open. */
  runs?: number | null
  /** Seconds since the epoch that the data is made around. */
  now?: number
  /** Milliseconds until an answer. */
  latency?: number
  settings?: Partial<Settings>
  viewState?: string | null
  /** Whether live runs go on. */
  live?: boolean
}

interface Open {
  repository: Repository
  runs: FakeRun[]
  columns: Map<string, Column>
  byHash: Map<string, FakeRun>
  indexer: FakeIndexer
}

export interface FakeBackend extends Backend {
  /** Sends an event as the program would. */
  emit(event: Partial<BackendEvent>): void
  /** What was copied and saved, for tests. */
  readonly copied: string[]
  readonly saved: { name: string; content: string | Uint8Array }[]
  readonly viewStates: string[]
}

const SETTINGS: Settings = {
  theme: 'system',
  density: 'normal',
  indexerShare: 0.3,
  indexerBytesPerSecond: 0,
  closeToTray: false,
  notifyCrashed: true,
  notifyReindexed: true,
  notifyUnreadable: false,
  reopenLast: true,
}

export function createFakeBackend(options: FakeOptions = {}): FakeBackend {
  const now = options.now ?? Date.now() / 1000
  const open = new Map<string, Open>()
  const views = new Map<string, { repository: string; run: FakeRun }[]>()
  const listeners = new Set<(event: BackendEvent) => void>()
  const events: BackendEvent[] = []
  const copied: string[] = []
  const saved: { name: string; content: string | Uint8Array }[] = []
  const viewStates: string[] = []
  let settings: Settings = { ...SETTINGS, ...options.settings }
  let recents = recentList(now)
  let viewNumber = 0
  let revision = 1

  const emit = (event: Partial<BackendEvent>) => {
    const whole: BackendEvent = { type: 'runs', repository: '', runs: [], revision, ...event, seq: events.length + 1 }
    events.push(whole)
    for (const listener of [...listeners]) listener(whole)
  }

  const answer = <T>(make: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const go = () => {
        try {
          resolve(make())
        } catch (e) {
          reject(e)
        }
      }
      if (options.latency) setTimeout(go, options.latency)
      else queueMicrotask(go)
    })

  const openFolder = (path: string, count: number): Repository => {
    const id = `repo-${path.replace(/\W+/g, '-')}`
    const known = open.get(id)
    if (known) return known.repository
    const runs = generateRuns(count, now)
    const indexer = new FakeIndexer(id, runs, (event) => emit(event))
    const repository = { id, path, name: path.split('/').filter(Boolean).pop() ?? path, index: indexer.current() }
    const byHash = new Map(runs.map((r) => [r.hash, r]))
    open.set(id, { repository, runs, columns: buildColumns(runs), byHash, indexer })
    return repository
  }
  const repo = (id: string): Open => open.get(id) ?? fail('not-found', 'This repository is not open', 'Open it again.')
  const find = (id: string, hash: string): FakeRun =>
    repo(id).byHash.get(hash) ?? fail('not-found', `There is no run ${hash}`, 'It may have been deleted; refresh.')
  const columnsOf = (ids: string[]) => {
    const all = new Map<string, Column>()
    for (const id of ids) for (const [k, c] of repo(id).columns) if (!all.has(k)) all.set(k, c)
    return all
  }

  if (options.runs !== null) openFolder('/data/experiments', options.runs ?? 1000)
  if (options.live) startLive(open, emit, () => ++revision)

  return {
    copied,
    saved,
    viewStates,
    emit,
    bootstrap: () =>
      answer<Bootstrap>(() => ({
        version: '0.1.0',
        platform: 'browser',
        settings,
        recents,
        open: [...open.values()].map((o) => o.repository),
        notices: [],
        viewState: options.viewState ?? null,
      })),
    chooseFolder: () => answer(() => '/data/experiments'),
    openRepository: (path) =>
      answer(() => {
        if (path.includes('photos')) failNotRepository(path)
        const repository = openFolder(path, options.runs ?? 1000)
        recents = [
          { path, name: repository.name, openedAt: now, exists: true, runs: 1000 },
          ...recents.filter((r) => r.path !== path),
        ]
        return repository
      }),
    openSample: () => answer(() => openFolder('/usr/share/aimdesk/sample', 12)),
    closeRepository: (id) =>
      answer(() => {
        repo(id).indexer.stop()
        open.delete(id)
      }),
    recents: () => answer(() => recents),
    forgetRecent: (path) =>
      answer(() => {
        recents = recents.filter((r) => r.path !== path)
      }),
    searchBelow: (path) => answer(() => [`${path}/2024/cats`, `${path}/2025/dogs`]),

    columns: (ids) => answer(() => [...columnsOf(ids).values()].map((c) => c.info)),
    values: (ids, key) =>
      answer(() =>
        countValues(
          ids.flatMap((id) => repo(id).runs),
          columnsOf(ids).get(key),
        ),
      ),
    runs: (request) =>
      answer(() => {
        const started = performance.now()
        const found = select(request, repo)
        const view = `view-${++viewNumber}`
        views.set(view, found.rows)
        if (views.size > 16) views.delete([...views.keys()][0] as string)
        return {
          view,
          total: found.total,
          matched: found.rows.length,
          milliseconds: performance.now() - started,
          revision,
        }
      }),
    rows: (request) =>
      answer(() => {
        const rows =
          views.get(request.view) ??
          fail<{ repository: string; run: FakeRun }[]>('not-found', 'This list is gone', 'It is asked for again.')
        return rows.slice(request.from, request.from + request.count).map(({ repository, run }): RunRow => {
          const columns = repo(repository).columns
          return {
            repository,
            hash: run.hash,
            name: run.name,
            state: run.state,
            evidence: EVIDENCE[run.state],
            archived: run.archived,
            cells: request.columns.map((key) =>
              key === 'repository' ? repo(repository).repository.name : (columns.get(key)?.value(run) ?? null),
            ),
          }
        })
      }),
    viewHashes: (view) =>
      answer(() => (views.get(view) ?? []).map((r) => ({ repository: r.repository, hash: r.run.hash }))),
    run: (id, hash) => answer(() => runDetail(id, find(id, hash))),
    logs: (id, hash, from, count) => answer(() => logPage(find(id, hash), from, count)),
    metrics: (request) =>
      answer(() => {
        const refs =
          request.runs.length > 0
            ? request.runs
            : request.repositories.flatMap((id) => repo(id).runs.map((r) => ({ repository: id, hash: r.hash })))
        return refs.flatMap(({ repository, hash }) => {
          const run = find(repository, hash)
          return run.metrics.map((m) => metricInfo(repository, run, m, false))
        })
      }),
    series: (request, signal) =>
      answer(() => {
        signal?.throwIfAborted()
        return answerSeries(request, (id, hash) => open.get(id)?.byHash.get(hash))
      }),

    indexStatus: (id) => answer(() => repo(id).indexer.current()),
    reindexAll: (id) => answer(() => repo(id).indexer.reindex()),
    cancelJob: () =>
      answer(() =>
        open.forEach((o) => {
          o.indexer.cancel()
        }),
      ),
    pauseIndexer: (seconds) =>
      answer(() =>
        open.forEach((o) => {
          o.indexer.pause(seconds > 0 ? now + seconds : 0)
        }),
      ),
    resumeIndexer: () =>
      answer(() =>
        open.forEach((o) => {
          o.indexer.resume()
        }),
      ),

    saveSettings: (next) =>
      answer(() => {
        settings = next
        return settings
      }),
    saveViewState: (state) => answer(() => void viewStates.push(state)),
    saveFile: (name, content) =>
      answer(() => {
        saved.push({ name, content })
        return `/home/ada/Downloads/${name}`
      }),
    openExternal: () => answer(() => {}),
    copyText: (text) => answer(() => void copied.push(text)),
    pageReady: () => answer(() => {}),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    eventsSince: (seq) => answer(() => events.filter((e) => e.seq > seq)),
  }
}

function fail<T = never>(kind: BackendError['kind'], message: string, hint: string): T {
  const error: BackendError = { kind, message, hint }
  throw error
}

function failNotRepository(path: string): never {
  const error: BackendError = {
    kind: 'not-a-repository',
    message: `${path} is not an Aim repository`,
    hint: 'A repository is a folder that holds a folder named .aim. Choose such a folder, or search below this one.',
    file: path,
    candidates: [],
  }
  throw error
}

function recentList(now: number): Recent[] {
  return [
    { path: '/data/experiments', name: 'experiments', openedAt: now - 3600, exists: true, runs: 1000 },
    { path: '/data/speech', name: 'speech', openedAt: now - 86_400, exists: true, runs: 214 },
    { path: '/media/backup/vision-2024', name: 'vision-2024', openedAt: now - 40 * 86_400, exists: false, runs: 87 },
  ]
}

function select(request: RunsRequest, repo: (id: string) => Open) {
  const matches = compileQuery(request.query, request.all)
  const words = request.text.toLowerCase().split(/\s+/).filter(Boolean)
  const everything = request.repositories.flatMap((id) => repo(id).runs.map((run) => ({ repository: id, run })))
  const rows = everything.filter(({ run }) => {
    if (!matches({ run: scopeOf(run) })) return false
    if (words.length === 0) return true
    const hay = [run.name, run.hash, run.experiment, run.description ?? '', ...run.tags].join(' ').toLowerCase()
    return words.every((w) => hay.includes(w))
  })
  const keys = request.sort.flatMap((s) => {
    const column = request.repositories.map((id) => repo(id).columns.get(s.column)).find((c) => c !== undefined)
    return column === undefined ? [] : [{ value: column.value, descending: s.descending }]
  })
  if (keys.length > 0) {
    rows.sort((a, b) => {
      for (const k of keys) {
        const d = compareCells(k.value(a.run), k.value(b.run), k.descending)
        if (d !== 0) return d
      }
      return a.run.index - b.run.index
    })
  }
  return { rows, total: everything.length }
}

function scopeOf(run: FakeRun): Record<string, unknown> {
  return {
    ...run.params,
    ...run,
    created_at: run.created,
    active: run.state === 'live',
    duration: (run.ended ?? run.lastRecord) - run.created,
  }
}

/** Live runs write a point every second or so. */
function startLive(open: Map<string, Open>, emit: (event: Partial<BackendEvent>) => void, next: () => number): void {
  setInterval(() => {
    for (const [id, o] of open) {
      const live = o.runs.filter((r) => r.state === 'live').slice(0, 5)
      for (const run of live) {
        run.lastRecord += 2
        for (const m of run.metrics) m.points++
      }
      if (live.length > 0) emit({ type: 'runs', repository: id, runs: live.map((r) => r.hash), revision: next() })
    }
  }, 2000)
}

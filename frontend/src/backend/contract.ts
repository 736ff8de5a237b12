/**
 * What the page asks of the program, in plain types. Two adapters implement
 * `Backend`: the Wails bindings and an in-memory fake. Nothing else in the page
 * knows which of the two it talks to.
 *
 * Numbers that may not be finite travel as `Num`: JSON has no NaN. Integers
 * beyond 2^53 travel as strings. Times are seconds since the Unix epoch, UTC.
 */

/** A number, or the name of a value JSON cannot hold. */
export type Num = number | 'nan' | 'inf' | '-inf'

export type RunState = 'finished' | 'live' | 'stalled' | 'unreadable'

/** Every rejected call carries one of these. */
export interface BackendError {
  kind:
    | 'not-a-repository'
    | 'not-found'
    | 'query-syntax'
    | 'unreadable'
    | 'index'
    | 'cancelled'
    | 'invalid'
    | 'internal'
  /** One sentence: what happened. */
  message: string
  /** One sentence: what to do now; may be empty. */
  hint: string
  /** File the error is about, if any, and the place in it. */
  file?: string
  offset?: number
  /** Character range in a query, for `query-syntax`. */
  start?: number
  end?: number
  /** Folders that would work instead, for `not-a-repository`. */
  candidates?: string[]
}

export interface Bootstrap {
  version: string
  platform: 'linux' | 'darwin' | 'windows' | 'browser'
  settings: Settings
  recents: Recent[]
  /** Repositories that are open already (arguments, or the last session's). */
  open: Repository[]
  /** Something the person should know at once, e.g. why an argument was not opened. */
  notices: BackendError[]
  /** View state saved by `saveViewState`, or null. */
  viewState: string | null
}

export interface Settings {
  theme: 'system' | 'light' | 'dark' | 'contrast'
  density: 'compact' | 'normal' | 'relaxed'
  /** Greatest share of one core that background indexing takes, 0.05 to 1. */
  indexerShare: number
  /** Bytes a second that background indexing reads at most; 0: no limit. */
  indexerBytesPerSecond: number
  closeToTray: boolean
  notifyCrashed: boolean
  notifyReindexed: boolean
  notifyUnreadable: boolean
  reopenLast: boolean
}

export interface Recent {
  path: string
  name: string
  openedAt: number
  /** False when the folder is not there now. */
  exists: boolean
  runs: number
}

export interface Repository {
  /** Stable name of an open repository, used in all calls. */
  id: string
  /** Folder that holds `.aim`. */
  path: string
  name: string
  index: IndexStatus
}

export interface RunCounts {
  total: number
  indexed: number
  stale: number
  finished: number
  live: number
  stalled: number
  unreadable: number
  archived: number
}

export interface IndexStatus {
  repository: string
  /** `metadata`: first pass, foreground; `series`: background; `reindex`: Reindex All. */
  phase: 'starting' | 'metadata' | 'series' | 'reindex' | 'idle' | 'paused' | 'offline' | 'failed'
  counts: RunCounts
  /** Progress of the phase, in runs. */
  done: number
  total: number
  /** Hash of the run being indexed, or ''. */
  current: string
  runsPerSecond: number
  bytesPerSecond: number
  /** Seconds left, or -1 when unknown. */
  eta: number
  /** Why the indexer goes slower than it could, '' when it does not. */
  throttle: string
  pausedUntil: number
  indexPath: string
  indexBytes: number
  /** Why the index was rebuilt, or is not used; '' when all is well. */
  note: string
  lastReport: ReindexReport | null
  problems: RunProblem[]
}

export interface RunProblem {
  hash: string
  file: string
  offset: number
  message: string
}

export interface ReindexReport {
  new: number
  changed: number
  gone: number
  unreadable: RunProblem[]
  stalled: number
  runs: number
  points: number
  bytes: number
  seconds: number
  finishedAt: number
}

/* ── runs ─────────────────────────────────────────────────────────────── */

/**
 * Column keys: `name`, `state`, `experiment`, `tags`, `created`, `duration`,
 * `ended`, `hash`, `description`, `archived`, `repository`, `lastRecord`,
 * `params.<path>` (JSON array of path parts after the dot when a part holds a dot or is a number),
 * `metrics.<name>[.<context JSON>].<last|first|min|max|mean|count|lastStep>`.
 * The page treats them as opaque: it gets them from `columns` and hands them back.
 */
export interface ColumnInfo {
  key: string
  group: 'property' | 'param' | 'metric' | 'system'
  /** Path for display, outermost first: ['hparams', 'optimizer', 'lr']. */
  path: string[]
  /** Context for metric columns, as display text; '' for the empty context. */
  context: string
  /** Which summary of a metric: last, first, min, max, mean, count, lastStep. */
  summary: string
  type: 'number' | 'text' | 'bool' | 'list' | 'mixed' | 'time' | 'duration' | 'state' | 'tags'
  /** Runs that have a value. */
  present: number
  /** Different values, capped at 1,000. */
  distinct: number
}

export interface ValueCount {
  /** The value as AimQL writes it. */
  literal: string
  text: string
  /** Runs that have it. */
  runs: number
}

export interface SortKey {
  column: string
  descending: boolean
}

export interface RunsRequest {
  /** Ids of repositories; more than one shows them in one table. */
  repositories: string[]
  /** AimQL; '' for Aim's default (runs that are not archived). */
  query: string
  /** Words that must occur in name, hash, experiment, tags, description or params. */
  text: string
  sort: SortKey[]
  /** Archived runs too, whatever the query says. */
  all: boolean
}

/** An ordered answer kept by the program; rows are asked for by position. */
export interface RunsView {
  view: string
  total: number
  matched: number
  milliseconds: number
  /** Changes whenever some run changed: ask again when it differs from an event's. */
  revision: number
}

export interface RunRow {
  repository: string
  hash: string
  name: string
  state: RunState
  /** How the state is known, in words. */
  evidence: string
  archived: boolean
  /** Values in the order of the asked columns. */
  cells: Cell[]
}

/** A value as it is shown and as it is copied. Missing: null. */
export type Cell = Num | string | boolean | string[] | null | { text: string; full: string }

export interface RowsRequest {
  view: string
  from: number
  count: number
  columns: string[]
}

export interface RunDetail {
  repository: string
  hash: string
  name: string
  description: string | null
  experiment: string | null
  archived: boolean
  tags: string[]
  notes: { id: number; content: string; created: number | null; updated: number | null }[]
  created: number | null
  ended: number | null
  lastRecord: number | null
  duration: number | null
  state: RunState
  evidence: string[]
  /** The params as JSON text, encoded as the command line does. */
  params: string
  metrics: MetricInfo[]
  sequences: SequenceInfo[]
  problems: RunProblem[]
  indexed: boolean
}

/* ── metrics ──────────────────────────────────────────────────────────── */

export interface MetricInfo {
  repository: string
  run: string
  name: string
  /** Aim's context id as a decimal string: it identifies the context. */
  contextId: string
  /** The context as canonical JSON text. */
  context: string
  count: number
  last: Num | null
  lastStep: Num | null
  min: Num | null
  minStep: Num | null
  max: Num | null
  maxStep: Num | null
  mean: Num | null
  first: Num | null
  /** System metrics (`__system__…`) are listed apart. */
  system: boolean
  /** Series not read yet: the indexer is on its way. */
  pending: boolean
}

export interface SequenceInfo {
  kind: 'images' | 'texts' | 'audios' | 'distributions' | 'figures' | 'logs' | 'log_records' | 'other'
  name: string
  contextId: string
  context: string
  steps: number
}

export interface MetricsRequest {
  repositories: string[]
  /** Runs to look at; empty: all that the query matches. */
  runs: { repository: string; hash: string }[]
  /** AimQL over `run` and `metric`. */
  query: string
}

/** One line of a chart. */
export interface SeriesRef {
  repository: string
  run: string
  name: string
  contextId: string
}

export interface SeriesRequest {
  lines: SeriesRef[]
  x: 'step' | 'epoch' | 'time' | 'relative'
  /** Name of the metric on the x axis; overrides `x` when not ''. */
  xMetric: string
  /** Visible range on the x axis, or null for all. */
  range: [number, number] | null
  /** Device pixels the range is drawn on. */
  width: number
  smoothing: { kind: 'none' | 'ema' | 'twema' | 'gaussian' | 'average'; amount: number }
}

export interface LogLine {
  step: number
  text: string
  time: number | null
  level: number | null
}

/* ── events ───────────────────────────────────────────────────────────── */

/** Numbered hints: the page asks again for what it shows. */
export interface BackendEvent {
  seq: number
  type: 'runs' | 'index' | 'repositories' | 'settings' | 'notice' | 'open-run' | 'menu'
  repository: string
  /** Hashes of changed runs, at most 100; empty: any may have changed. */
  runs: string[]
  revision: number
  status?: IndexStatus
  notice?: BackendError
  /** Name of the command for `menu`. */
  command?: string
}

export interface Backend {
  bootstrap(): Promise<Bootstrap>
  /** Native folder dialog; null when cancelled. */
  chooseFolder(): Promise<string | null>
  openRepository(path: string): Promise<Repository>
  openSample(): Promise<Repository>
  closeRepository(id: string): Promise<void>
  recents(): Promise<Recent[]>
  forgetRecent(path: string): Promise<void>
  /** Repositories below a folder, for one that is not itself a repository. */
  searchBelow(path: string): Promise<string[]>

  columns(repositories: string[]): Promise<ColumnInfo[]>
  /** Values of a column in the runs of some repositories, the most frequent first, a bounded number. */
  values(repositories: string[], column: string): Promise<ValueCount[]>
  runs(request: RunsRequest): Promise<RunsView>
  rows(request: RowsRequest): Promise<RunRow[]>
  /** All hashes of a view by position, for select all and range selection. */
  viewHashes(view: string): Promise<{ repository: string; hash: string }[]>
  run(repository: string, hash: string): Promise<RunDetail>
  logs(repository: string, hash: string, from: number, count: number): Promise<{ total: number; lines: LogLine[] }>
  metrics(request: MetricsRequest): Promise<MetricInfo[]>
  /** Binary answer: backend/docs/format/series-wire.md. */
  series(request: SeriesRequest, signal?: AbortSignal): Promise<ArrayBuffer>

  indexStatus(repository: string): Promise<IndexStatus>
  /** Starts Reindex All and answers a job id. Its progress arrives as `index` events. */
  reindexAll(repository: string): Promise<string>
  cancelJob(job: string): Promise<void>
  /** seconds 0: until the program starts again. */
  pauseIndexer(seconds: number): Promise<void>
  resumeIndexer(): Promise<void>

  saveSettings(settings: Settings): Promise<Settings>
  saveViewState(state: string): Promise<void>
  /** Native save dialog, then writes; answers the path or null when cancelled. */
  saveFile(suggestedName: string, content: string | Uint8Array): Promise<string | null>
  openExternal(url: string): Promise<void>
  copyText(text: string): Promise<void>
  /** Tells that rows of a table are on screen; scripts that drive the window wait for it. */
  pageReady(rows: number): Promise<void>

  /** Calls back for every event from now on; the result ends it. */
  subscribe(listener: (event: BackendEvent) => void): () => void
  eventsSince(seq: number): Promise<BackendEvent[]>
}

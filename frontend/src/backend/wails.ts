/**
 * The program behind the page: calls by the bindings, events by the runtime,
 * series by fetch. The only module that knows of Wails.
 */
import type * as App from '../../wailsjs/go/main/App'
import { toBase64 } from '../lib/base64'
import type { Backend, BackendError, BackendEvent, Bootstrap, IndexStatus, LogLine, RunDetail } from './contract'
import { asBackendError } from './errors'

/** Names of the bound methods, as the program generates them: a method that goes away does not compile. */
type Method = keyof typeof App

type Bound = Record<string, (...args: unknown[]) => Promise<unknown>>

interface WailsWindow {
  go?: { main?: { App?: Bound } }
  runtime?: {
    EventsOn(name: string, callback: (...data: unknown[]) => void): () => void
  }
}

const EVENT = 'aimdesk:event'

function wailsWindow(): WailsWindow {
  return window as unknown as WailsWindow
}

export function hasWails(): boolean {
  return wailsWindow().go?.main?.App !== undefined
}

/** Calls a bound method; an error of any shape becomes one of the contract. */
async function call<T>(method: Method, ...args: unknown[]): Promise<T> {
  const f = wailsWindow().go?.main?.App?.[method]
  if (f === undefined) {
    const missing: BackendError = {
      kind: 'internal',
      message: `The program has no method ${method}`,
      hint: 'The page and the program are of different versions; install Aimdesk again.',
    }
    throw missing
  }
  try {
    return (await f(...args)) as T
  } catch (e) {
    throw asBackendError(e)
  }
}

async function series(request: unknown, signal?: AbortSignal): Promise<ArrayBuffer> {
  const init: RequestInit = { method: 'POST', body: JSON.stringify(request) }
  if (signal !== undefined) init.signal = signal
  let response: Response
  try {
    response = await fetch('/api/series', init)
  } catch (e) {
    throw asBackendError(e)
  }
  if (!response.ok) throw asBackendError(await response.text())
  return response.arrayBuffer()
}

/** Lists that are empty arrive as null from Go. */
const list = <T>(value: T[] | null): T[] => value ?? []

/** An answer whose empty lists are lists. */
function withLists<T extends object>(answer: T, lists: readonly (keyof T)[]): T {
  const out = { ...answer }
  for (const key of lists) out[key] ??= [] as T[keyof T]
  return out
}

/** Tells the program whether the window has the focus: no notifications then. */
export function reportFocus(): void {
  const report = () => {
    call('PageFocus', document.hasFocus()).catch((e: unknown) => console.warn('report focus', e))
  }
  window.addEventListener('focus', report)
  window.addEventListener('blur', report)
  report()
}

export function createWailsBackend(): Backend {
  return {
    bootstrap: async () => withLists(await call<Bootstrap>('Bootstrap'), ['recents', 'open', 'notices']),
    chooseFolder: async () => (await call<string>('ChooseFolder')) || null,
    openRepository: (path) => call('OpenRepository', path),
    openSample: () => call('OpenSample'),
    closeRepository: (id) => call('CloseRepository', id),
    recents: async () => list(await call('Recents')),
    forgetRecent: (path) => call('ForgetRecent', path),
    searchBelow: async (path) => list(await call('SearchBelow', path)),

    columns: async (repositories) => list(await call('Columns', repositories)),
    values: async (repositories, column) => list(await call('Values', repositories, column)),
    runs: (request) => call('Runs', request),
    rows: async (request) => list(await call('Rows', request)),
    viewHashes: async (view) => list(await call('ViewHashes', view)),
    run: async (repository, hash) =>
      withLists(await call<RunDetail>('Run', repository, hash), [
        'tags',
        'notes',
        'evidence',
        'metrics',
        'sequences',
        'problems',
      ]),
    logs: async (repository, hash, from, count) =>
      withLists(await call<{ total: number; lines: LogLine[] }>('Logs', repository, hash, from, count), ['lines']),
    metrics: async (request) => list(await call('Metrics', request)),
    series,

    indexStatus: async (repository) => withLists(await call<IndexStatus>('IndexStatus', repository), ['problems']),
    reindexAll: (repository) => call('ReindexAll', repository),
    cancelJob: (job) => call('CancelJob', job),
    pauseIndexer: (seconds) => call('PauseIndexer', seconds),
    resumeIndexer: () => call('ResumeIndexer'),

    saveSettings: (settings) => call('SaveSettings', settings),
    saveViewState: (state) => call('SaveViewState', state),
    saveFile: async (name, content) => (await call<string>('SaveFile', name, toBase64(content))) || null,
    openExternal: (url) => call('OpenExternal', url),
    copyText: (text) => call('CopyText', text),
    pageReady: (rows) => call('PageReady', rows),

    subscribe: (listener) =>
      wailsWindow().runtime?.EventsOn(EVENT, (event) => listener(event as BackendEvent)) ?? (() => {}),
    eventsSince: async (seq) => list(await call('EventsSince', seq)),
  }
}

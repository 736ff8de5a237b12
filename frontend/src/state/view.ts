/**
 * What the program keeps for the page between sessions: query, sorting,
 * columns, splits, chart controls. Unknown or damaged parts of a saved state
 * fall back to the defaults.
 */
import { create } from 'zustand'
import type { SeriesRequest, SortKey } from '../backend/contract'

export type Layout = 'table' | 'split' | 'charts'

export interface ColumnLayout {
  /** Keys of the columns in order; null until the person chose: the default set. */
  keys: string[] | null
  widths: Record<string, number>
  pinned: string[]
}

export interface ChartControls {
  x: SeriesRequest['x']
  xMetric: string
  smoothing: SeriesRequest['smoothing']
  xLog: boolean
  yLog: boolean
  ignoreOutliers: boolean
  /** 0: as many as fit. */
  columns: number
  height: number
  /** Names of shown metrics; null: all that are not system metrics. */
  metrics: string[] | null
  /** Regular expression that adds metrics, also future ones; '' for none. */
  metricPattern: string
  /** Most runs drawn at once when none is selected. */
  limit: number
}

export interface SavedView {
  name: string
  query: string
  text: string
  sort: SortKey[]
  layout: Layout
  columns: ColumnLayout
  charts: ChartControls
}

export interface ViewState {
  /** Ids of the repositories that are looked at. */
  active: string[]
  query: string
  text: string
  sort: SortKey[]
  history: string[]
  layout: Layout
  /** Share of the height that charts take in a split. */
  split: number
  /** By the active repositories' ids, joined. */
  columns: Record<string, ColumnLayout>
  onlyDiffering: boolean
  charts: ChartControls
  railNarrow: boolean
  saved: SavedView[]
}

export const DEFAULT_CHARTS: ChartControls = {
  x: 'step',
  xMetric: '',
  smoothing: { kind: 'none', amount: 0.6 },
  xLog: false,
  yLog: false,
  ignoreOutliers: true,
  columns: 0,
  height: 240,
  metrics: null,
  metricPattern: '',
  limit: 50,
}

export const NO_COLUMNS: ColumnLayout = { keys: null, widths: {}, pinned: ['state', 'name'] }

export const DEFAULT_VIEW: ViewState = {
  active: [],
  query: '',
  text: '',
  sort: [{ column: 'created', descending: true }],
  history: [],
  layout: 'table',
  split: 0.5,
  columns: {},
  onlyDiffering: false,
  charts: DEFAULT_CHARTS,
  railNarrow: false,
  saved: [],
}

interface ViewStore extends ViewState {
  set: (change: Partial<ViewState>) => void
  setCharts: (change: Partial<ChartControls>) => void
  setColumns: (scope: string, change: Partial<ColumnLayout>) => void
  addHistory: (query: string) => void
}

const HISTORY = 100

export const useView = create<ViewStore>()((set) => ({
  ...DEFAULT_VIEW,
  set: (change) => set(change),
  setCharts: (change) => set((s) => ({ charts: { ...s.charts, ...change } })),
  setColumns: (scope, change) =>
    set((s) => ({ columns: { ...s.columns, [scope]: { ...(s.columns[scope] ?? NO_COLUMNS), ...change } } })),
  addHistory: (query) =>
    set((s) =>
      query.trim() === '' ? s : { history: [query, ...s.history.filter((q) => q !== query)].slice(0, HISTORY) },
    ),
}))

export function scopeOf(active: readonly string[]): string {
  return [...active].sort().join('|')
}

/** The part of the store that is saved, as text. */
export function serializeView(s: ViewState): string {
  const { active, query, text, sort, history, layout, split, columns, onlyDiffering, charts, railNarrow, saved } = s
  const state: ViewState = {
    active,
    query,
    text,
    sort,
    history,
    layout,
    split,
    columns,
    onlyDiffering,
    charts,
    railNarrow,
    saved,
  }
  return JSON.stringify({ version: 1, ...state })
}

/** Reads a saved state; what is missing or of another type keeps its default. */
export function parseView(text: string | null): ViewState {
  if (text === null || text === '') return DEFAULT_VIEW
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return DEFAULT_VIEW
  }
  if (typeof raw !== 'object' || raw === null || (raw as { version?: unknown }).version !== 1) return DEFAULT_VIEW
  return merge(DEFAULT_VIEW, raw as Partial<ViewState>)
}

function merge(defaults: ViewState, raw: Partial<ViewState>): ViewState {
  const out: Record<string, unknown> = { ...defaults }
  for (const [key, value] of Object.entries(defaults)) {
    const given: unknown = raw[key as keyof ViewState]
    if (
      given !== undefined &&
      given !== null &&
      typeof given === typeof value &&
      Array.isArray(given) === Array.isArray(value)
    ) {
      out[key] = given
    }
  }
  const merged = out as unknown as ViewState
  return { ...merged, charts: { ...defaults.charts, ...merged.charts } }
}

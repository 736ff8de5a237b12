/**
 * What the program keeps for the page between sessions: query, sorting,
 * columns, splits, chart controls. Unknown or damaged parts of a saved state
 * fall back to the defaults.
 */
import { create } from 'zustand'
import type { SeriesRequest, SortKey } from '../backend/contract'
import type { Middle, Spread } from '../backend/series/aggregate'

export type Layout = 'table' | 'split' | 'charts'

export interface ColumnLayout {
  /** Keys of the columns in order; null until the person chose: the default set. */
  keys: string[] | null
  widths: Record<string, number>
  pinned: string[]
}

/** By which fields lines are grouped: columns of the run, or `context.<key>`. */
export interface Grouping {
  /** Empty: one colour a run. */
  colour: string[]
  /** Dash patterns; empty: one a context. */
  stroke: string[]
  /** Charts beside one another; empty: one a metric. */
  facet: string[]
  /** Lines of one colour and dash are drawn as one line with a band. */
  aggregate: boolean
  middle: Middle
  spread: Spread
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
  grouping: Grouping
  /** Fields of the run that tooltips tell as well. */
  tooltip: string[]
  /** Ranges of y axes that are held, by chart. */
  yRanges: Record<string, [number, number]>
  /** Charts of one metric have one range of y. */
  sharedY: boolean
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
  /** Labels of groups in the order in which they got their colours, by fields. */
  groups: Record<string, readonly string[]>
}

export const NO_GROUPING: Grouping = {
  colour: [],
  stroke: [],
  facet: [],
  aggregate: false,
  middle: 'mean',
  spread: 'std',
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
  grouping: NO_GROUPING,
  tooltip: [],
  yRanges: {},
  sharedY: false,
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
  groups: {},
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
  const {
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
    groups,
  } = s
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
    groups,
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
  const groups = Object.fromEntries(Object.entries(merged.groups).map(([fields, labels]) => [fields, texts(labels)]))
  return { ...merged, charts: readCharts(merged.charts), groups }
}

/** Chart controls of a saved state or view, which may be of an older program. */
export function readCharts(raw: Partial<ChartControls>): ChartControls {
  const given = { ...DEFAULT_CHARTS, ...raw }
  const grouping = { ...NO_GROUPING, ...given.grouping }
  return {
    ...given,
    grouping: {
      ...grouping,
      colour: texts(grouping.colour),
      stroke: texts(grouping.stroke),
      facet: texts(grouping.facet),
    },
    tooltip: texts(given.tooltip),
    yRanges: Object.fromEntries(Object.entries(given.yRanges ?? {}).filter(([, range]) => isRange(range))),
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []
}

function isRange(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] < value[1]
}

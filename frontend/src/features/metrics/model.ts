/** From metrics of runs to charts: one a metric name, one line a run and context. */
import type { MetricInfo, SeriesRef } from '../../backend/contract'
import type { ChartLine } from '../../components/chart/props'
import { dashOf } from '../../lib/colour'
import { matcher } from '../../lib/search'
import { runKey } from '../../state/refs'
import { type Grouping, NO_GROUPING } from '../../state/view'
import { byValue, coloursOf, dashesOf, fieldValue, type KnownGroups, labelOf, learn } from './grouping'

export interface ChartRun {
  key: string
  repository: string
  hash: string
  name: string
  live: boolean
  /** Texts of the fields that were asked for, by field. */
  values?: ReadonlyMap<string, string>
}

export interface ChartSpec {
  id: string
  /** Of the metric. */
  name: string
  /** Which part of the lines it has, when charts are split by fields. */
  facet: string
  system: boolean
  lines: ChartLine[]
  /** What is asked for: one a line, or, with groups, all members of all lines. */
  refs: SeriesRef[]
  /** Positions in `refs` of the members of each line that is an aggregate; null when none is. */
  groups: number[][] | null
  contexts: { label: string; dash: number[] }[]
  /** Changes when there is more to draw. */
  version: string
}

/** `{"subset":"val"}` as it is read: `subset=val`; '' for the empty context. */
export function contextLabel(context: string): string {
  try {
    const parsed: unknown = JSON.parse(context)
    if (typeof parsed !== 'object' || parsed === null) return context
    return Object.entries(parsed)
      .map(([k, v]) => `${k}=${typeof v === 'string' ? v : JSON.stringify(v)}`)
      .join(', ')
  } catch {
    return context
  }
}

/** A line before it is drawn, or taken together with others. */
interface Placed {
  m: MetricInfo
  run: ChartRun
  order: number
  colour: string
  stroke: string
  facet: string
}

/** How lines look: by run and context, or as the person groups them. */
interface Looks {
  grouping: Grouping
  tooltip: readonly string[]
  colourOf: (line: Placed) => string
  dashOf: (label: string) => number[]
}

/**
 * One chart a metric name and facet. Lines have their run's colour and their
 * context's dash, unless fields are chosen for these. Metrics that are not
 * shown and runs in `hidden` give no line to an aggregate.
 */
export function buildCharts(
  metrics: readonly MetricInfo[],
  runs: readonly ChartRun[],
  shown: ReadonlySet<string>,
  colour: (key: string) => string,
  grouping: Grouping = NO_GROUPING,
  tooltip: readonly string[] = [],
  hidden: ReadonlySet<string> = NONE_HIDDEN,
  known: KnownGroups = {},
): ChartSpec[] {
  const placed = place(metrics, runs, shown, grouping)
  const colours = coloursOf(
    learn(
      known,
      grouping.colour,
      placed.map((p) => p.colour),
    ),
  )
  const dashes = dashesOf(grouping.stroke.length > 0 ? placed.map((p) => p.stroke) : [])
  const byRun = grouping.colour.length === 0 && !grouping.aggregate
  const looks: Looks = {
    grouping,
    tooltip,
    colourOf: (p) => (byRun ? colour(p.run.key) : (colours.get(p.colour) ?? colour(p.run.key))),
    dashOf: (label) => dashes.get(label) ?? [],
  }
  const charts = new Map<string, Placed[]>()
  for (const p of placed) {
    const id = p.facet === '' ? p.m.name : `${p.m.name}\n${p.facet}`
    const list = charts.get(id)
    if (list === undefined) charts.set(id, [p])
    else list.push(p)
  }
  return [...charts]
    .map(([id, list]) => buildChart(id, list, looks, hidden))
    .sort((a, b) => metricRank(a.name) - metricRank(b.name) || byValue(a.name, b.name) || byValue(a.facet, b.facet))
}

const NONE_HIDDEN: ReadonlySet<string> = new Set()

function place(
  metrics: readonly MetricInfo[],
  runs: readonly ChartRun[],
  shown: ReadonlySet<string>,
  { colour, stroke, facet }: Grouping,
): Placed[] {
  const byKey = new Map(runs.map((r, i) => [r.key, { run: r, order: i }]))
  return metrics.flatMap((m) => {
    const found = byKey.get(runKey({ repository: m.repository, hash: m.run }))
    if (found === undefined || !shown.has(m.name)) return []
    const label = (fields: readonly string[]) =>
      fields.length === 0
        ? ''
        : labelOf(
            fields,
            fields.map((f) => fieldValue(f, found.run.values ?? NO_VALUES, m.context)),
          )
    const own = stroke.length > 0 ? label(stroke) : contextLabel(m.context)
    return [{ m, ...found, colour: label(colour), stroke: own, facet: label(facet) }]
  })
}

const NO_VALUES: ReadonlyMap<string, string> = new Map()

function buildChart(id: string, list: readonly Placed[], looks: Looks, hidden: ReadonlySet<string>): ChartSpec {
  const { grouping } = looks
  const labels = [...new Set(list.map((p) => p.stroke))].sort(byValue)
  const dash = (label: string) => (grouping.stroke.length > 0 ? looks.dashOf(label) : dashOf(labels.indexOf(label)))
  const lines = [...list].sort((a, b) => b.order - a.order)
  const first = list[0]
  const drawn = grouping.aggregate ? groupLines(lines, looks, dash, hidden) : singleLines(lines, looks, dash)
  const points = lines.reduce((n, { m }) => n + m.count, 0)
  return {
    id,
    name: first?.m.name ?? '',
    facet: first?.facet ?? '',
    system: first?.m.system ?? false,
    contexts: labels.map((label) => ({ label, dash: dash(label) })),
    ...drawn,
    version: `${drawn.refs.map((r) => `${r.run}#${r.contextId}`).join()}:${points}:${drawn.groups === null ? '' : aggregateKey(drawn.groups, grouping)}`,
  }
}

function refOf({ m }: Placed): SeriesRef {
  return { repository: m.repository, run: m.run, name: m.name, contextId: m.contextId }
}

/** The key of a group of one colour, as charts and the legend name it. */
export function groupKey(label: string): string {
  return `group:${label}`
}

export function groupLabel(key: string): string {
  return key.slice(groupKey('').length)
}

function singleLines(list: readonly Placed[], looks: Looks, dash: (label: string) => number[]) {
  const { grouping, tooltip } = looks
  const lines = list.map((p): ChartLine => {
    const fields = [...new Set([...grouping.colour, ...tooltip])].map((f): [string, string] => [
      labelOf([f], ['']).replace(/=$/, ''),
      fieldValue(f, p.run.values ?? NO_VALUES, p.m.context),
    ])
    return {
      id: `${p.run.key}#${p.m.contextId}`,
      colour: looks.colourOf(p),
      dash: dash(p.stroke),
      label: p.run.name,
      run: p.run.key,
      context: grouping.stroke.length > 0 ? contextLabel(p.m.context) : p.stroke,
      live: p.run.live,
      ...(grouping.colour.length > 0 ? { group: groupKey(p.colour) } : {}),
      ...(fields.length > 0 ? { fields } : {}),
    }
  })
  return { lines, refs: list.map(refOf), groups: null }
}

/** One line for all of one colour and dash; the edges of its band follow in the answer. */
function groupLines(
  list: readonly Placed[],
  looks: Looks,
  dash: (label: string) => number[],
  hidden: ReadonlySet<string>,
) {
  const { grouping } = looks
  const seen = new Map<string, Placed[]>()
  for (const p of list.filter(({ run }) => !hidden.has(run.key))) {
    const key = `${p.colour}\n${p.stroke}`
    const members = seen.get(key)
    if (members === undefined) seen.set(key, [p])
    else members.push(p)
  }
  const found = [...seen.values()].sort((a, b) => byValue(keyOf(b[0]), keyOf(a[0])))
  const refs: SeriesRef[] = []
  const groups: number[][] = []
  const lines = found.flatMap((members, i): ChartLine[] => {
    const first = members[0]
    if (first === undefined) return []
    groups.push(members.map((p) => refs.push(refOf(p)) - 1))
    const key = groupKey(first.colour)
    return [
      {
        id: `${key}\n${first.stroke}`,
        colour: looks.colourOf(first),
        dash: dash(first.stroke),
        label: first.colour === '' ? 'all runs' : first.colour,
        run: key,
        group: key,
        context: first.stroke,
        live: members.some((p) => p.run.live),
        fields: [['lines', String(members.length)]],
        ...(grouping.spread === 'none'
          ? {}
          : { band: { low: found.length + 2 * i, high: found.length + 2 * i + 1, name: SPREADS[grouping.spread] } }),
      },
    ]
  })
  return { lines, refs, groups }
}

function keyOf(p: Placed | undefined): string {
  return p === undefined ? '' : `${p.colour}\n${p.stroke}`
}

function aggregateKey(groups: readonly number[][], { middle, spread }: Grouping): string {
  return `${middle} ${spread} ${groups.map((g) => g.join('.')).join()}`
}

export const MIDDLES: Record<Grouping['middle'], string> = {
  mean: 'mean',
  median: 'median',
  min: 'lowest',
  max: 'highest',
}

export const SPREADS: Record<Grouping['spread'], string> = {
  none: 'no band',
  std: '± std',
  stderr: '± std error',
  ci95: '95 % confidence',
  iqr: 'quartiles',
  minmax: 'lowest to highest',
}

export interface LegendEntry {
  key: string
  name: string
  colour: string
}

/** What the legend lists: runs, or the groups of lines when they are coloured by fields. */
export function legendOf(
  charts: readonly ChartSpec[],
  runs: readonly ChartRun[],
  grouping: Grouping,
  colour: (key: string) => string,
): LegendEntry[] {
  if (grouping.colour.length === 0) return runs.map((r) => ({ key: r.key, name: r.name, colour: colour(r.key) }))
  const found = new Map<string, LegendEntry>()
  for (const line of charts.flatMap((c) => c.lines)) {
    const key = line.group ?? ''
    found.set(key, { key, name: groupLabel(key), colour: line.colour })
  }
  return [...found.values()].sort((a, b) => byValue(a.name, b.name))
}

/** Losses and scores first, metrics of parts of the model later, the machine's last. */
export function metricRank(name: string): number {
  const lower = name.toLowerCase()
  if (lower.startsWith('__system__')) return 30
  const kind = /loss/.test(lower) ? 0 : /acc|f1|auc|score|bleu|perplex/.test(lower) ? 1 : 2
  return kind + (/[/.]/.test(lower) ? 10 : 0)
}

export function displayName(name: string): string {
  return name.replace(/^__system__/, '')
}

/** Which metrics are drawn: those picked, and those a pattern finds; all but the machine's when nothing is picked. */
export function shownMetrics(
  names: readonly { name: string; system: boolean }[],
  picked: readonly string[] | null,
  pattern: string,
): Set<string> {
  if (picked === null && pattern === '') return new Set(names.filter((n) => !n.system).map((n) => n.name))
  const match = matcher(pattern, 'regex')
  const chosen = new Set(picked ?? [])
  return new Set(
    names.filter((n) => chosen.has(n.name) || (pattern !== '' && match.score(n.name) > 0)).map((n) => n.name),
  )
}

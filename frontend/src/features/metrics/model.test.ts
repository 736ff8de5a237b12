import { describe, expect, it } from 'vitest'
import type { MetricInfo } from '../../backend/contract'
import { createFakeBackend } from '../../backend/fake/fake'
import { NO_GROUPING } from '../../state/view'
import { buildCharts, contextLabel, legendOf, shownMetrics } from './model'

const REPO = 'repo--data-experiments'

async function sample() {
  const backend = createFakeBackend({ runs: 6, now: 1_750_000_000 })
  const view = await backend.runs({ repositories: [REPO], query: '', text: '', sort: [], all: true })
  const refs = await backend.viewHashes(view.view)
  const metrics = await backend.metrics({ repositories: [REPO], runs: refs, query: '' })
  const runs = refs.map((r, i) => ({ ...r, key: `${r.repository}/${r.hash}`, name: `run ${i}`, live: i === 0 }))
  return { metrics, runs }
}

const names = (metrics: readonly MetricInfo[]) => metrics.map((m) => ({ name: m.name, system: m.system }))

describe('charts', () => {
  it('are one a metric name, contexts told apart by dash', async () => {
    const { metrics, runs } = await sample()
    const charts = buildCharts(metrics, runs, shownMetrics(names(metrics), null, ''), () => '#123456')
    expect(charts[0]?.name).toBe('loss')
    expect(charts[0]?.contexts).toEqual([
      { label: 'subset=train', dash: [] },
      { label: 'subset=val', dash: [6, 3] },
    ])
    expect(charts.some((c) => c.system)).toBe(false)
    const loss = charts[0]
    expect(loss?.lines).toHaveLength(10) // one of the six cannot be read
    expect(loss?.lines).toHaveLength(loss?.refs.length ?? 0)
    // The first run is drawn last: on top.
    expect(loss?.lines.at(-1)?.run).toBe(runs[0]?.key)
  })

  it('show what was picked and what a pattern finds', async () => {
    const { metrics } = await sample()
    expect(shownMetrics(names(metrics), ['loss'], '')).toEqual(new Set(['loss']))
    expect(shownMetrics(names(metrics), null, '^layers/[01]')).toEqual(
      new Set(['layers/0/grad_norm', 'layers/1/grad_norm']),
    )
    expect(shownMetrics(names(metrics), ['__system__cpu'], 'acc')).toEqual(new Set(['accuracy', '__system__cpu']))
  })
})

describe('grouping', () => {
  const run = (key: string, opt: string) => ({
    key: `r/${key}`,
    repository: 'r',
    hash: key,
    name: key,
    live: false,
    values: new Map([['params.opt', opt]]),
  })
  const runs = [run('a', 'adam'), run('b', 'sgd'), run('c', 'adam')]
  const metric = (hash: string, subset: string): MetricInfo => ({
    repository: 'r',
    run: hash,
    name: 'loss',
    contextId: subset,
    context: JSON.stringify({ subset }),
    count: 10,
    last: null,
    lastStep: null,
    min: null,
    minStep: null,
    max: null,
    maxStep: null,
    mean: null,
    first: null,
    system: false,
    pending: false,
  })
  const metrics = runs.flatMap((r) => [metric(r.hash, 'train'), metric(r.hash, 'val')])
  const shown = new Set(['loss'])
  const own = () => '#123456'

  it('gives runs of one value one colour, the same whoever is shown', () => {
    const grouping = { ...NO_GROUPING, colour: ['params.opt'] }
    const [chart] = buildCharts(metrics, runs, shown, own, grouping)
    const colours = new Map(chart?.lines.map((l) => [l.run, l.colour]))
    expect(colours.get('r/a')).toBe(colours.get('r/c'))
    expect(colours.get('r/a')).not.toBe(colours.get('r/b'))
    const known = { 'params.opt': ['opt=adam', 'opt=sgd'] }
    const [few] = buildCharts(metrics, runs.slice(1, 2), shown, own, grouping, [], new Set(), known)
    expect(few?.lines[0]?.colour).toBe(colours.get('r/b'))
    expect(legendOf(chart ? [chart] : [], runs, grouping, own).map((e) => e.name)).toEqual(['opt=adam', 'opt=sgd'])
  })

  it('splits charts and dashes by keys of the context', () => {
    const charts = buildCharts(metrics, runs, shown, own, {
      ...NO_GROUPING,
      facet: ['context.subset'],
      stroke: ['params.opt'],
    })
    expect(charts.map((c) => [c.name, c.facet, c.lines.length])).toEqual([
      ['loss', 'subset=train', 3],
      ['loss', 'subset=val', 3],
    ])
    expect(charts[0]?.contexts.map((c) => c.label)).toEqual(['opt=adam', 'opt=sgd'])
    expect(new Set(charts[0]?.lines.map((l) => l.dash.join())).size).toBe(2)
  })

  it('takes the lines of a group together, without hidden runs', () => {
    const grouping = { ...NO_GROUPING, colour: ['params.opt'], aggregate: true }
    const [chart] = buildCharts(metrics, runs, shown, own, grouping)
    expect(chart?.lines.map((l) => [l.label, l.context, l.fields])).toEqual([
      ['opt=sgd', 'subset=val', [['lines', '1']]],
      ['opt=sgd', 'subset=train', [['lines', '1']]],
      ['opt=adam', 'subset=val', [['lines', '2']]],
      ['opt=adam', 'subset=train', [['lines', '2']]],
    ])
    expect(chart?.refs).toHaveLength(6)
    expect(chart?.groups?.map((g) => g.length)).toEqual([1, 1, 2, 2])
    expect(chart?.lines[0]?.band).toEqual({ low: 4, high: 5, name: '± std' })
    const [less] = buildCharts(metrics, runs, shown, own, grouping, [], new Set(['r/b']))
    expect(less?.lines.map((l) => l.label)).toEqual(['opt=adam', 'opt=adam'])
  })

  it('tells chosen fields in the tooltip', () => {
    const [chart] = buildCharts(metrics, runs, shown, own, NO_GROUPING, ['params.opt'])
    expect(chart?.lines.at(-1)?.fields).toEqual([['opt', 'adam']])
  })
})

it('reads contexts', () => {
  expect(contextLabel('{}')).toBe('')
  expect(contextLabel('{"subset":"val","fold":3}')).toBe('subset=val, fold=3')
  expect(contextLabel('not json')).toBe('not json')
})

import { describe, expect, it } from 'vitest'
import type { MetricInfo } from '../../backend/contract'
import { createFakeBackend } from '../../backend/fake/fake'
import { buildCharts, contextLabel, shownMetrics } from './model'

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

it('reads contexts', () => {
  expect(contextLabel('{}')).toBe('')
  expect(contextLabel('{"subset":"val","fold":3}')).toBe('subset=val, fold=3')
  expect(contextLabel('not json')).toBe('not json')
})

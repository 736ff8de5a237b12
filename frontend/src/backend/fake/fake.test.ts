import { describe, expect, it } from 'vitest'
import type { RunsRequest } from '../contract'
import { decodeSeries } from '../series/wire'
import { createFakeBackend } from './fake'

const REPO = 'repo--data-experiments'
const request = (change: Partial<RunsRequest> = {}): RunsRequest => ({
  repositories: [REPO],
  query: '',
  text: '',
  sort: [],
  all: false,
  ...change,
})

describe('the in-memory program', () => {
  const backend = createFakeBackend({ runs: 200, now: 1_750_000_000 })

  it('gives the same runs every time', async () => {
    const other = createFakeBackend({ runs: 200, now: 1_750_000_000 })
    const [a, b] = await Promise.all([backend.runs(request()), other.runs(request())])
    const rows = (x: typeof backend, view: string) => x.rows({ view, from: 0, count: 5, columns: ['name', 'hash'] })
    expect(await rows(backend, a.view)).toEqual(await rows(other, b.view))
  })

  it('leaves archived runs out unless asked', async () => {
    const view = await backend.runs(request())
    const all = await backend.runs(request({ query: 'run.archived == True or run.archived == False' }))
    expect(all.matched).toBe(200)
    expect(view.matched).toBeLessThan(200)
  })

  it('answers queries and sorts with missing values last', async () => {
    const view = await backend.runs(request({ query: 'run.hparams.lr <= 0.001 and run.experiment == "baseline"' }))
    expect(view.matched).toBeGreaterThan(0)
    const sorted = await backend.runs(request({ sort: [{ column: 'duration', descending: true }] }))
    const rows = await backend.rows({ view: sorted.view, from: 0, count: 200, columns: ['duration'] })
    const values = rows.map((r) => r.cells[0])
    const firstMissing = values.indexOf(null)
    expect(values.slice(firstMissing).every((v) => v === null)).toBe(true)
    expect(Number(values[0])).toBeGreaterThan(Number(values[1]))
  })

  it('says where a query is wrong', async () => {
    await expect(backend.runs(request({ query: 'run.lr > > 3' }))).rejects.toMatchObject({
      kind: 'query-syntax',
      start: 9,
      end: 10,
    })
  })

  it('answers series that the decoder reads', async () => {
    const view = await backend.runs(request())
    const [ref] = await backend.viewHashes(view.view)
    const metrics = await backend.metrics({ repositories: [REPO], runs: ref ? [ref] : [], query: '' })
    const loss = metrics[0]
    if (loss === undefined) throw new Error('no metric')
    const line = { repository: REPO, run: loss.run, name: loss.name, contextId: loss.contextId }
    const message = await backend.series({
      lines: [line],
      x: 'step',
      xMetric: '',
      range: null,
      width: 40,
      smoothing: { kind: 'ema', amount: 0.6 },
    })
    const lines = decodeSeries(message)
    expect(lines.map((l) => l.layer)).toEqual(['raw', 'smoothed'])
    expect(lines[0]?.total).toBe(loss.count)
  })
})

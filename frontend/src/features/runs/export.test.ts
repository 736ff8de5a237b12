import { expect, it } from 'vitest'
import type { RunsRequest } from '../../backend/contract'
import { createFakeBackend } from '../../backend/fake/fake'
import { exportRuns } from './export'

const REPO = 'repo--data-experiments'
const request: RunsRequest = { repositories: [REPO], query: '', text: '', sort: [], all: false }

async function exported(scope: 'view' | 'selection' | 'all', format: 'csv' | 'json') {
  const backend = createFakeBackend({ runs: 1500, now: 1_750_000_000 })
  const infos = (await backend.columns([REPO])).filter((c) => ['name', 'params.hparams.lr'].includes(c.key))
  const view = await backend.runs(request)
  const [first] = await backend.viewHashes(view.view)
  const selected = new Set(first ? [`${REPO}/${first.hash}`] : [])
  await exportRuns(backend, request, scope, selected, infos, format)
  return { file: backend.saved[0], matched: view.matched }
}

it('exports what the query matches, over all pages', async () => {
  const { file, matched } = await exported('view', 'csv')
  expect(file?.name).toBe('runs.csv')
  const lines = String(file?.content).trim().split('\r\n')
  expect(lines[0]).toBe('Name,hparams.lr')
  expect(lines).toHaveLength(matched + 1)
})

it('exports the selection or everything', async () => {
  expect(JSON.parse(String((await exported('selection', 'json')).file?.content))).toHaveLength(1)
  expect(JSON.parse(String((await exported('all', 'json')).file?.content))).toHaveLength(1500)
})

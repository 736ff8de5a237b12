import { expect, it } from 'vitest'
import { createFakeBackend } from '../../backend/fake/fake'
import { logLineText, readAllLogs } from './logText'

it('shows lines as a terminal leaves them', () => {
  expect(logLineText('\u001b[31merror\u001b[0m: x\n')).toBe('error: x')
  expect(logLineText(' 10%\r 50%\r100%\r\n')).toBe('100%')
})

it('reads a whole log', async () => {
  const backend = createFakeBackend({ runs: 3, now: 1_750_000_000 })
  const view = await backend.runs({
    repositories: ['repo--data-experiments'],
    query: '',
    text: '',
    sort: [],
    all: true,
  })
  const [ref] = await backend.viewHashes(view.view)
  if (ref === undefined) throw new Error('no run')
  const { total } = await backend.logs(ref.repository, ref.hash, 0, 1)
  expect(await readAllLogs(backend, ref.repository, ref.hash, total)).toHaveLength(total)
})

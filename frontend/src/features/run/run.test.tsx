import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { useNav } from '../../state/nav'
import { findGrid, renderApp } from '../../testing/renderApp'

const REPO = 'repo--data-experiments'

async function openRun(at: number, tab: 'overview' | 'params' | 'logs' | 'problems') {
  const app = renderApp()
  await findGrid()
  const view = await app.backend.runs({ repositories: [REPO], query: '', text: '', sort: [], all: true })
  const run = (await app.backend.viewHashes(view.view))[at]
  if (run === undefined) throw new Error('no run')
  act(() => useNav.getState().go({ screen: 'run', run, tab }))
  await screen.findByRole('tab', { name: /Overview/ })
  return app
}

describe('run page', () => {
  it('says the state and how it is known', async () => {
    await openRun(2, 'overview')
    const facts = screen.getByRole('region', { name: 'Facts' })
    expect(within(facts).getByText('stalled')).toBeInTheDocument()
    expect(within(facts).getByText(/nobody holds its lock/)).toBeInTheDocument()
    expect(within(facts).getByText('no end was recorded')).toBeInTheDocument()
  })

  it('searches params and copies them as AimQL', async () => {
    const { user, backend } = await openRun(1, 'params')
    await user.type(screen.getByRole('textbox', { name: 'Search params' }), 'weight_decay')
    await user.click(await screen.findByRole('button', { name: 'Copy weight_decay as AimQL' }))
    await waitFor(() => expect(backend.copied[0]).toMatch(/^run\.hparams\.optimizer\.weight_decay == [\d.]+$/))
  })

  it('searches the log', async () => {
    const { user } = await openRun(1, 'logs')
    await user.type(screen.getByRole('textbox', { name: 'Search in the log' }), 'clipped')
    expect(await screen.findByText(/^1 of 8$/)).toBeInTheDocument()
  })

  it('names the file and the place of a problem', async () => {
    await openRun(5, 'problems')
    expect(screen.getByText(/MANIFEST-000004 at byte 1,184/)).toBeInTheDocument()
    expect(screen.queryByRole('tab', { name: /Params/ })).not.toBeInTheDocument()
  })

  it('compares runs, differences first', async () => {
    const { user } = renderApp()
    const grid = await findGrid()
    act(() => grid.focus())
    await user.keyboard('{ArrowDown}{Shift>}{ArrowDown}{/Shift}')
    await screen.findByText('2 runs selected')
    await user.keyboard('c')
    expect(await screen.findByRole('rowheader', { name: 'hparams.lr' })).toBeInTheDocument()
    expect(screen.queryByRole('rowheader', { name: 'hparams.epochs' })).not.toBeInTheDocument()
    await user.click(screen.getByRole('switch', { name: /Only differences/ }))
    expect(screen.getByRole('rowheader', { name: 'hparams.epochs' })).toBeInTheDocument()
  })
})

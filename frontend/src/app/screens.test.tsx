import { screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { useNav } from '../state/nav'
import { useView } from '../state/view'
import { accessibilityProblems, findGrid, renderApp } from '../testing/renderApp'

/** Every screen, as axe sees it. */
describe('accessibility', () => {
  it('of the start page', async () => {
    renderApp({ runs: null })
    await screen.findByRole('heading', { name: 'Open an Aim repository' })
    expect(await accessibilityProblems()).toEqual([])
  })

  it('of the runs', async () => {
    renderApp()
    await findGrid()
    expect(await accessibilityProblems()).toEqual([])
  })

  it('of an empty repository', async () => {
    renderApp({ runs: 0 })
    await screen.findByRole('heading', { name: 'This repository has no runs yet' })
    expect(await accessibilityProblems()).toEqual([])
  })

  it('of the metrics', async () => {
    renderApp({ runs: 6 })
    await findGrid()
    useView.getState().set({ layout: 'charts' })
    await screen.findByRole('heading', { name: 'loss' })
    expect(await accessibilityProblems()).toEqual([])
  })

  it.each(['index', 'settings'] as const)('of the %s', async (place) => {
    renderApp()
    await findGrid()
    useNav.getState().go({ screen: place })
    await screen.findByRole('main', { name: new RegExp(place, 'i') })
    expect(await accessibilityProblems()).toEqual([])
  })

  it.each(['overview', 'params', 'metrics', 'logs', 'sequences'] as const)('of a run: %s', async (tab) => {
    const { backend } = renderApp()
    await findGrid()
    const view = await backend.runs({
      repositories: ['repo--data-experiments'],
      query: '',
      text: '',
      sort: [],
      all: true,
    })
    const run = (await backend.viewHashes(view.view))[1]
    if (run === undefined) throw new Error('no run')
    useNav.getState().go({ screen: 'run', run, tab })
    await screen.findByRole('tab', { name: /Overview/ })
    const panel = screen.getByRole('tabpanel')
    await waitFor(() => expect(panel).not.toBeEmptyDOMElement())
    // What is around the tabs is the same on each: it is looked at once.
    expect(await accessibilityProblems(tab === 'overview' ? document.body : panel)).toEqual([])
  })

  it.each([
    ['{Control>}k{/Control}', 'Command palette'],
    ['?', 'Keyboard shortcuts'],
    ['{Control>}{Shift>}c{/Shift}{/Control}', 'Columns'],
    ['{Control>}e{/Control}', 'Export runs'],
  ])('of what %s opens', async (keys, name) => {
    const { user } = renderApp()
    await findGrid()
    await user.keyboard(keys)
    expect(await accessibilityProblems(await screen.findByRole('dialog', { name }))).toEqual([])
  })
})

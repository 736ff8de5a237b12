import { act, screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { useView } from '../../state/view'
import { ids } from '../../testing/ids'
import { findGrid, renderApp } from '../../testing/renderApp'

describe('query bar', () => {
  it('narrows the runs and says how many match', async () => {
    renderApp({ runs: 200 })
    await findGrid()
    act(() => useView.getState().set({ query: 'run.experiment == "tuned"' }))
    await waitFor(() => expect(screen.getByTestId(ids.matched)).toHaveTextContent(/^\d\d of 200 · \d+ ms$/))
  })

  it('keeps the last answer and says what is wrong', async () => {
    renderApp({ runs: 200 })
    await findGrid()
    act(() => useView.getState().set({ query: 'run.lr > > 3' }))
    expect(await screen.findByText('Unexpected >.')).toBeInTheDocument()
    expect(screen.getByRole('grid', { name: 'Runs' })).toBeInTheDocument()
  })

  it('searches for words', async () => {
    const { user } = renderApp({ runs: 200 })
    await findGrid()
    await user.type(screen.getByRole('textbox', { name: 'Search in names, tags and params' }), 'nothing-like-this')
    expect(await screen.findByRole('heading', { name: 'No run matches' })).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Clear query and search' }))
    await findGrid()
  })

  it('keeps views under a name', async () => {
    const { user } = renderApp()
    await findGrid()
    act(() => useView.getState().set({ query: 'run.experiment == "tuned"' }))
    await user.keyboard('{Control>}s{/Control}')
    await user.type(await screen.findByRole('textbox', { name: 'Name of the view' }), 'tuned ones{Enter}')
    act(() => useView.getState().set({ query: '' }))
    await user.click(await screen.findByRole('button', { name: /^tuned ones/ }))
    expect(useView.getState().query).toBe('run.experiment == "tuned"')
  })
})

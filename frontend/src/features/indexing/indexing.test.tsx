import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { ids } from '../../testing/ids'
import { findGrid, renderApp } from '../../testing/renderApp'

describe('index', () => {
  it('is told of in the status bar, which leads to the panel', async () => {
    const { user } = renderApp()
    await findGrid()
    const bar = screen.getByTestId(ids.statusBar)
    expect(within(bar).getByText(/^idle · 58 runs indexed · 2 live · 2 stalled · 2 unreadable$/)).toBeInTheDocument()
    expect(within(bar).getByText('read-only')).toBeInTheDocument()
    await user.click(within(bar).getByRole('button', { name: /idle/ }))
    expect(await screen.findByRole('heading', { name: '2 problems' })).toBeInTheDocument()
    expect(screen.getAllByText(/at byte 1,184/)).toHaveLength(2)
  })

  it('is built again with progress, and cancelled', async () => {
    const { user } = renderApp({ runs: 200 })
    await findGrid()
    await user.keyboard('{Control>}3{/Control}')
    await user.click(await screen.findByRole('button', { name: 'Reindex All' }))
    const bars = await screen.findAllByRole('progressbar')
    expect(bars).toHaveLength(2)
    await user.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(await screen.findByText(/was cancelled/)).toBeInTheDocument()
    await waitFor(() => expect(screen.queryByRole('progressbar')).not.toBeInTheDocument())
  })

  it('is paused and resumed', async () => {
    const { user } = renderApp()
    await findGrid()
    await user.keyboard('{Control>}3{/Control}')
    await user.click(await screen.findByRole('button', { name: 'Pause' }))
    await user.click(await screen.findByRole('button', { name: 'Resume' }))
    expect(await screen.findByRole('button', { name: 'Pause' })).toBeInTheDocument()
  })
})

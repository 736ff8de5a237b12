import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { useNav } from '../../state/nav'
import { findGrid, renderApp } from '../../testing/renderApp'

describe('commands', () => {
  it('are found in the palette and run', async () => {
    const { user } = renderApp()
    await findGrid()
    await user.keyboard('{Control>}k{/Control}')
    await user.keyboard('go sett{Enter}')
    await waitFor(() => expect(useNav.getState().route.screen).toBe('settings'))
  })

  it('say why they cannot run', async () => {
    const { user } = renderApp()
    await findGrid()
    await user.keyboard('{Control>}k{/Control}')
    await user.keyboard('compare')
    const option = await screen.findByRole('option', { name: /Compare params/ })
    expect(option).toHaveAttribute('aria-disabled', 'true')
    expect(within(option).getByText('Select two runs or more')).toBeInTheDocument()
  })

  it('are started by the window’s menu', async () => {
    const { backend } = renderApp()
    await findGrid()
    backend.emit({ type: 'menu', command: 'view.index' })
    await screen.findByRole('main', { name: 'Index' })
  })

  it('go back', async () => {
    const { user } = renderApp()
    await findGrid()
    await user.keyboard('{Control>}3{/Control}')
    await screen.findByRole('main', { name: 'Index' })
    await user.keyboard('{Alt>}{ArrowLeft}{/Alt}')
    await findGrid()
  })
})

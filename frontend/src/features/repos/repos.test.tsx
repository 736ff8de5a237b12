import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { ids } from '../../testing/ids'
import { findGrid, renderApp } from '../../testing/renderApp'

describe('start page', () => {
  it('opens a folder and shows its runs', async () => {
    const { user } = renderApp({ runs: null })
    await user.click(await screen.findByRole('button', { name: 'Open folder…' }))
    await findGrid()
    expect(within(screen.getByTestId(ids.rail)).getByRole('button', { name: /experiments/ })).toHaveAttribute(
      'aria-pressed',
      'true',
    )
  })

  it('offers recents, not those that are gone, and forgets', async () => {
    const { user } = renderApp({ runs: null })
    expect(await screen.findByRole('button', { name: /^vision-2024/ })).toBeDisabled()
    expect(screen.getByText('not there now')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Remove vision-2024 from recents' }))
    await waitFor(() => expect(screen.queryByText('vision-2024')).not.toBeInTheDocument())
  })

  it('opens the sample', async () => {
    const { user } = renderApp({ runs: null })
    await user.click(await screen.findByRole('button', { name: 'Look at a sample' }))
    await findGrid()
  })

  it('explains what a repository is and searches below', async () => {
    const { user, backend } = renderApp({ runs: null })
    backend.chooseFolder = async () => '/home/ada/photos'
    await user.click(await screen.findByRole('button', { name: 'Open folder…' }))
    expect(await screen.findByText('/home/ada/photos is not an Aim repository')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Search below this folder' }))
    expect(await screen.findByRole('button', { name: '/home/ada/photos/2024/cats' })).toBeInTheDocument()
  })

  it('hints while a folder is dragged and keeps the engine from opening it', async () => {
    renderApp()
    await findGrid()
    const over = fireEvent.dragOver(window, { dataTransfer: { types: ['text/uri-list', 'text/html'] } })
    expect(over).toBe(false) // prevented
    expect(await screen.findByTestId(ids.dropHint)).toBeInTheDocument()
    const dropped = fireEvent.drop(window, { dataTransfer: { types: ['Files'] } })
    expect(dropped).toBe(false)
    expect(screen.queryByTestId(ids.dropHint)).not.toBeInTheDocument()
    expect(fireEvent.dragOver(window, { dataTransfer: { types: ['text/plain'] } })).toBe(true)
  })

  it('shows a repository that was opened from outside', async () => {
    const { backend } = renderApp({ runs: null })
    await screen.findByRole('button', { name: 'Open folder…' })
    const repository = await backend.openRepository('/data/dropped')
    backend.emit({ type: 'repositories', repository: repository.id })
    await findGrid()
    expect(screen.getByRole('button', { name: /dropped/ })).toHaveAttribute('aria-pressed', 'true')
  })
})

import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { findGrid, renderApp } from '../../testing/renderApp'

it('changes the theme and the rows at once', async () => {
  const { user, backend } = renderApp()
  await findGrid()
  await user.keyboard('{Control>},{/Control}')
  await user.click(await screen.findByRole('radio', { name: 'Light' }))
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('light'))
  await user.click(screen.getByRole('radio', { name: 'High contrast' }))
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('contrast'))
  await user.click(screen.getByRole('switch', { name: 'A run cannot be read' }))
  await waitFor(async () =>
    expect((await backend.bootstrap()).settings).toMatchObject({ theme: 'contrast', notifyUnreadable: true }),
  )
})

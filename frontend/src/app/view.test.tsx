import { act, screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { DEFAULT_VIEW, parseView, serializeView, useView } from '../state/view'
import { ids } from '../testing/ids'
import { findGrid, renderApp } from '../testing/renderApp'
import { resolveTheme } from './theme'

it('comes back as it was left, and is saved when it changes', async () => {
  const left = serializeView({
    ...useView.getState(),
    ...DEFAULT_VIEW,
    query: 'run.experiment == "tuned"',
    railNarrow: true,
  })
  const { backend } = renderApp({ viewState: left })
  await findGrid()
  expect(screen.getByTestId(ids.matched)).toHaveTextContent(/^\d+ of 60/)
  expect(useView.getState().query).toBe('run.experiment == "tuned"')
  act(() => useView.getState().set({ split: 0.3 }))
  await waitFor(() => expect(backend.viewStates).toHaveLength(1), { timeout: 2000 })
  expect(parseView(backend.viewStates[0] ?? '')).toMatchObject({ split: 0.3, query: 'run.experiment == "tuned"' })
})

it('shows messages of the program', async () => {
  const { backend, user } = renderApp()
  await findGrid()
  act(() =>
    backend.emit({
      type: 'notice',
      notice: { kind: 'unreadable', message: 'A file is damaged', hint: 'Restore it.', file: '/x', offset: 3 },
    }),
  )
  expect(await screen.findByText('A file is damaged')).toBeInTheDocument()
  await user.click(screen.getByRole('button', { name: 'Copy details' }))
  expect(backend.copied[0]).toContain('/x at byte 3')
})

it('follows the system unless told otherwise', () => {
  const system =
    (...on: string[]) =>
    (q: string) =>
      on.some((o) => q.includes(o))
  expect(resolveTheme('system', system('light'))).toEqual({ theme: 'light', scheme: 'light' })
  expect(resolveTheme('system', system())).toEqual({ theme: 'dark', scheme: 'dark' })
  expect(resolveTheme('system', system('prefers-contrast', 'light'))).toEqual({ theme: 'contrast', scheme: 'light' })
  expect(resolveTheme('dark', system('light'))).toEqual({ theme: 'dark', scheme: 'dark' })
})

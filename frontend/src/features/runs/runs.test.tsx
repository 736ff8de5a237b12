import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { useSelection } from '../../state/selection'
import { useView } from '../../state/view'
import { ids } from '../../testing/ids'
import { findGrid, renderApp } from '../../testing/renderApp'

const rowsOf = (grid: HTMLElement) => within(grid).getAllByRole('row').slice(1)
const selectedRows = (grid: HTMLElement) => rowsOf(grid).filter((r) => r.getAttribute('aria-selected') === 'true')

describe('runs table', () => {
  it('says how large it is and draws only what is seen', async () => {
    renderApp({ runs: 10_000 })
    const grid = await findGrid()
    expect(Number(grid.getAttribute('aria-rowcount'))).toBeGreaterThan(9_800)
    expect(rowsOf(grid).length).toBeLessThan(60)
    expect(screen.getByTestId(ids.matched)).toHaveTextContent(/of 10,000/)
  })

  it('sorts by click, and by more with Shift', async () => {
    const { user } = renderApp()
    const grid = await findGrid()
    await user.click(within(grid).getByRole('columnheader', { name: /^Duration/ }))
    await waitFor(() => expect(useView.getState().sort).toEqual([{ column: 'duration', descending: false }]))
    await user.keyboard('{Shift>}')
    await user.click(within(grid).getByRole('columnheader', { name: /^Experiment/ }))
    await user.keyboard('{/Shift}')
    expect(useView.getState().sort.map((s) => s.column)).toEqual(['duration', 'experiment'])
    expect(within(grid).getByRole('columnheader', { name: /^Duration/ })).toHaveAttribute('aria-sort', 'ascending')
  })

  it('selects by click, with Ctrl, with Shift and by keys', async () => {
    const { user } = renderApp()
    const grid = await findGrid()
    const rows = rowsOf(grid)
    await user.click(rows[1] as HTMLElement)
    expect(selectedRows(grid)).toHaveLength(1)
    await user.keyboard('{Control>}')
    await user.click(rows[3] as HTMLElement)
    await user.keyboard('{/Control}')
    expect(selectedRows(grid)).toHaveLength(2)
    await user.keyboard('{Shift>}')
    await user.click(rows[6] as HTMLElement)
    await user.keyboard('{/Shift}')
    await waitFor(() => expect(selectedRows(grid)).toHaveLength(4))
    act(() => grid.focus())
    await user.keyboard('{Control>}a{/Control}')
    await waitFor(() => expect(useSelection.getState().selected.size).toBe(59))
    await user.keyboard('{Escape}')
    expect(useSelection.getState().selected.size).toBe(0)
    await user.keyboard('{ArrowDown}{Shift>}{ArrowDown}{/Shift}')
    await waitFor(() => expect(useSelection.getState().selected.size).toBe(2))
    expect(grid.getAttribute('aria-activedescendant')).toMatch(/-r\d+-\d+$/)
  })

  it('keeps the selection when runs change', async () => {
    const { user, backend } = renderApp()
    const grid = await findGrid()
    await user.click(rowsOf(grid)[2] as HTMLElement)
    const before = [...useSelection.getState().selected]
    act(() => backend.emit({ type: 'runs', repository: 'repo--data-experiments', revision: 2 }))
    await new Promise((r) => setTimeout(r, 600))
    expect([...useSelection.getState().selected]).toEqual(before)
    expect(selectedRows(grid)).toHaveLength(1)
  })

  it('copies the selected rows as TSV with full values', async () => {
    const { user, backend } = renderApp()
    const grid = await findGrid()
    await user.click(rowsOf(grid)[0] as HTMLElement)
    act(() => grid.focus())
    await user.keyboard('{Control>}c{/Control}')
    await waitFor(() => expect(backend.copied).toHaveLength(1))
    const [header, row] = (backend.copied[0] ?? '').split('\n')
    expect(header?.split('\t').slice(0, 3)).toEqual(['State', 'Name', 'Experiment'])
    expect(row).toMatch(/^live\t/)
  })

  it('hides runs from charts with H and offers a batch bar', async () => {
    const { user } = renderApp()
    const grid = await findGrid()
    act(() => grid.focus())
    await user.keyboard('{ArrowDown}{Shift>}{ArrowDown}{/Shift}')
    const bar = await screen.findByRole('toolbar', { name: 'Selected runs' })
    expect(within(bar).getByText('2 runs selected')).toBeInTheDocument()
    await user.keyboard('h')
    expect(useSelection.getState().hidden.size).toBe(2)
    await user.keyboard('h')
    expect(useSelection.getState().hidden.size).toBe(0)
  })

  it('opens a run by Enter and walks on with ]', async () => {
    const { user } = renderApp()
    const grid = await findGrid()
    act(() => grid.focus())
    await user.keyboard('{ArrowDown}{Enter}')
    expect(await screen.findByText('2 of 59')).toBeInTheDocument()
    await user.keyboard(']')
    expect(await screen.findByText('3 of 59')).toBeInTheDocument()
    await user.keyboard('{Escape}')
    await findGrid()
  })

  it('offers a context menu for the selection', async () => {
    const { user, backend } = renderApp()
    const grid = await findGrid()
    await user.pointer({ keys: '[MouseRight]', target: within(grid).getAllByText('tuned')[0] as HTMLElement })
    const menu = await screen.findByRole('menu')
    await user.click(within(menu).getByRole('menuitem', { name: /Filter by this value/ }))
    await waitFor(() => expect(useView.getState().query).toBe('run.experiment == "tuned"'))
    expect(backend.copied).toEqual([])
  })
})

describe('columns', () => {
  it('are found and added', async () => {
    const { user } = renderApp()
    await findGrid()
    await user.keyboard('{Control>}{Shift>}c{/Shift}{/Control}')
    const dialog = await screen.findByRole('dialog', { name: 'Columns' })
    await user.type(within(dialog).getByRole('textbox', { name: 'Search columns' }), 'python')
    await user.click(await within(dialog).findByRole('checkbox', { name: 'python' }))
    await user.keyboard('{Escape}')
    const shown = useView.getState().columns['repo--data-experiments']?.keys
    expect(shown?.at(-1)).toBe('params.env.python')
  })

  it('are hidden from their menu', async () => {
    const { user } = renderApp()
    const grid = await findGrid()
    await user.pointer({ keys: '[MouseRight]', target: within(grid).getByRole('columnheader', { name: /^Tags/ }) })
    await user.click(await screen.findByRole('menuitem', { name: 'Hide column' }))
    await waitFor(() => expect(within(grid).queryByRole('columnheader', { name: /^Tags/ })).not.toBeInTheDocument())
  })

  it('are filtered by values, and the query says how', async () => {
    const { user } = renderApp()
    const grid = await findGrid()
    await user.pointer({
      keys: '[MouseRight]',
      target: within(grid).getByRole('columnheader', { name: /^Experiment/ }),
    })
    await user.click(await screen.findByRole('menuitem', { name: 'Filter…' }))
    const dialog = await screen.findByRole('dialog', { name: 'Filter by Experiment' })
    await user.click(await within(dialog).findByRole('checkbox', { name: 'tuned' }))
    await user.click(within(dialog).getByRole('checkbox', { name: 'baseline' }))
    await user.click(within(dialog).getByRole('button', { name: 'Add to the query' }))
    expect(useView.getState().query).toBe('run.experiment in ["tuned", "baseline"]')
  })
})

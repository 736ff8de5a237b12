import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { useSelection } from '../../state/selection'
import { useView } from '../../state/view'
import { ids } from '../../testing/ids'
import { findGrid, renderApp } from '../../testing/renderApp'

async function openCharts(runs = 6) {
  const app = renderApp({ runs })
  await findGrid()
  act(() => useView.getState().set({ layout: 'charts' }))
  await screen.findByRole('heading', { name: 'loss' })
  return app
}

describe('charts', () => {
  it('are drawn one a metric, with the contexts told', async () => {
    await openCharts()
    const card = screen.getByRole('region', { name: 'loss' })
    expect(within(card).getByText('subset=train')).toBeInTheDocument()
    expect(within(card).getByText('subset=val')).toBeInTheDocument()
    expect(screen.queryByRole('heading', { name: 'cpu' })).not.toBeInTheDocument()
  })

  it('are picked by name and by pattern', async () => {
    const { user } = await openCharts()
    await user.click(screen.getByRole('button', { name: '8 of 14 metrics' }))
    await user.click(await screen.findByRole('checkbox', { name: 'loss' }))
    await waitFor(() => expect(screen.queryByRole('heading', { name: 'loss' })).not.toBeInTheDocument())
    await user.type(screen.getByRole('textbox', { name: 'All that match, also future ones' }), '^acc')
    await waitFor(() => expect(screen.getAllByTestId(ids.chartCard)).toHaveLength(1))
    expect(screen.getByRole('heading', { name: 'accuracy' })).toBeInTheDocument()
  })

  it('are grouped by a field, and taken together', async () => {
    const { user, backend } = await openCharts()
    const columns = await backend.columns(useView.getState().active)
    const field = columns.find((c) => c.group === 'param' && c.distinct > 1)
    if (field === undefined) throw new Error('no param differs')
    await user.click(screen.getByRole('button', { name: 'Group' }))
    await user.click(await screen.findByRole('switch', { name: 'One line a group' }))
    expect(useView.getState().charts.grouping.aggregate).toBe(true)
    expect(screen.getByRole('button', { name: 'Group: mean' })).toBeInTheDocument()
    act(() => {
      const { charts, setCharts } = useView.getState()
      setCharts({ grouping: { ...charts.grouping, colour: [field.key] } })
    })
    const legend = await screen.findByRole('complementary', { name: 'Legend' })
    await waitFor(() => expect(within(legend).getByText(/groups?$/)).toBeInTheDocument())
    await user.keyboard('{Escape}')
  })

  it('hold the y axis at a range', async () => {
    const { user } = await openCharts()
    await user.click(screen.getByRole('button', { name: 'Y range of loss' }))
    await user.clear(await screen.findByRole('textbox', { name: 'Y from' }))
    await user.type(screen.getByRole('textbox', { name: 'Y from' }), '0.5')
    await user.clear(screen.getByRole('textbox', { name: 'to' }))
    await user.type(screen.getByRole('textbox', { name: 'to' }), '2')
    await user.click(screen.getByRole('button', { name: 'Hold' }))
    expect(useView.getState().charts.yRanges).toEqual({ loss: [0.5, 2] })
    await user.click(screen.getByRole('button', { name: 'Fit y axis' }))
    expect(useView.getState().charts.yRanges).toEqual({})
  })

  it('show the first runs only, and say so', async () => {
    await openCharts(60)
    expect(screen.getByText('first 50 of 59 runs')).toBeInTheDocument()
  })

  it('ask for smoothed series', async () => {
    const { backend } = await openCharts()
    const asked: string[] = []
    const series = backend.series
    backend.series = (request, signal) => {
      asked.push(`${request.smoothing.kind} ${request.smoothing.amount} ${request.x}`)
      return series(request, signal)
    }
    act(() => useView.getState().setCharts({ smoothing: { kind: 'ema', amount: 0.9 }, x: 'relative' }))
    await waitFor(() => expect(asked).toContain('ema 0.9 relative'))
  })

  it('follow the selection, and the legend shows one alone', async () => {
    const { user } = await openCharts()
    const legend = screen.getByRole('complementary', { name: 'Legend' })
    const entries = within(legend).getAllByRole('button')
    expect(entries).toHaveLength(6)
    await user.click(entries[1] as HTMLElement)
    expect(useSelection.getState().hidden.size).toBe(5)
    await user.click(within(legend).getByRole('button', { name: 'Show all runs' }))
    expect(useSelection.getState().hidden.size).toBe(0)
    const [key] = await keysOf()
    act(() => useSelection.getState().selectOnly(key ?? ''))
    expect(await screen.findByText('1 selected')).toBeInTheDocument()
  })
})

async function keysOf(): Promise<string[]> {
  const { createFakeBackend } = await import('../../backend/fake/fake')
  const backend = createFakeBackend({ runs: 6 })
  const view = await backend.runs({
    repositories: ['repo--data-experiments'],
    query: '',
    text: '',
    sort: [],
    all: true,
  })
  return (await backend.viewHashes(view.view)).map((r) => `${r.repository}/${r.hash}`)
}

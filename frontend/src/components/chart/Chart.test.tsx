import { act, configure, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { createRef } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { encodeSeries, pointLine } from '../../backend/series/encode'
import type { WireLine } from '../../backend/series/wire'
import { Chart } from './Chart'
import type { ChartHandle, ChartLine, ChartProps } from './props'

// The picture comes from a worker's stand-in; a busy machine may take its time.
configure({ asyncUtilTimeout: 10_000 })

/** A 2D context that takes everything and measures text. */
function quietContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const known: Record<string | symbol, unknown> = {
    canvas,
    measureText: (text: string) => ({ width: text.length * 6 }),
  }
  return new Proxy(known, {
    get: (target, key) => (key in target ? target[key] : () => {}),
    set: (target, key, value) => {
      target[key] = value
      return true
    },
  }) as unknown as CanvasRenderingContext2D
}

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function (this: HTMLCanvasElement) {
    return quietContext(this) as never
  })
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400)
  vi.stubGlobal(
    'ImageData',
    class {
      readonly data: Uint8ClampedArray
      constructor(data: Uint8ClampedArray) {
        this.data = data
      }
    },
  )
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const LINES: ChartLine[] = ['a', 'b'].map((id, i) => ({
  id,
  colour: i === 0 ? '#3366cc' : '#cc6633',
  dash: [],
  label: `run ${id}`,
  run: `repo/${id}`,
  context: '',
  live: false,
}))

function answer(): WireLine[] {
  const x = Float64Array.from({ length: 101 }, (_, i) => i)
  return [
    pointLine(
      0,
      x,
      x.map((v) => v / 100),
    ),
    pointLine(
      1,
      x,
      x.map((v) => (v === 50 ? Number.NaN : 1 - v / 100)),
    ),
  ]
}

function show(props: Partial<ChartProps> = {}) {
  const ref = createRef<ChartHandle>()
  const spies = {
    onXRange: vi.fn(),
    onYRange: vi.fn(),
    onCursor: vi.fn(),
    onHighlight: vi.fn(),
    onSummary: vi.fn(),
    onPick: vi.fn(),
  }
  const load = vi.fn(async () => encodeSeries(answer()))
  const all: ChartProps = {
    lines: LINES,
    load,
    dataKey: '1',
    title: 'Loss',
    xLabel: 'step',
    yLabel: 'loss',
    xScale: 'linear',
    yScale: 'linear',
    xRange: null,
    yRange: null,
    ignoreOutliers: false,
    cursorX: null,
    highlight: null,
    hidden: new Set(),
    ref,
    ...spies,
    ...props,
  }
  const view = render(<Chart {...all} />)
  const again = (more: Partial<ChartProps>) => view.rerender(<Chart {...all} {...more} />)
  return { ...spies, load, ref, again, unmount: view.unmount }
}

const chart = () => screen.getByRole('img')

it('asks for the data of its width and says what it shows', async () => {
  const { load, onSummary } = show()
  expect(load).toHaveBeenCalledWith(expect.objectContaining({ range: null, width: expect.any(Number) }))
  await waitFor(() => expect(chart()).toHaveAccessibleName(/2 lines, 202 points/))
  expect(screen.getByText('1:1 \u00b7 202 points')).toBeInTheDocument()
  expect(screen.getByText('1 NaN')).toBeInTheDocument()
  expect(onSummary).toHaveBeenLastCalledWith(expect.objectContaining({ points: 202, exact: true, nan: 1, offScale: 0 }))
})

it('hands out the values of all shown lines at an x', async () => {
  const { ref, again } = show()
  await waitFor(() => expect(ref.current?.valuesAt(50)).toHaveLength(2))
  expect(ref.current?.valuesAt(50.2)).toEqual([
    { id: 'a', x: 50, y: 0.5, smoothed: null },
    { id: 'b', x: 50, y: Number.NaN, smoothed: null },
  ])
  again({ hidden: new Set(['a']) })
  expect(ref.current?.valuesAt(50).map(({ id }) => id)).toEqual(['b'])
})

it('moves the crosshair by points, past gaps, and to other lines with the keys', async () => {
  const { onCursor, onHighlight } = show()
  await waitFor(() => expect(chart()).toHaveAccessibleName(/202 points/))
  fireEvent.keyDown(chart(), { key: 'ArrowRight' })
  const start = onCursor.mock.lastCall?.[0] as number
  fireEvent.keyDown(chart(), { key: 'ArrowRight' })
  expect(onCursor.mock.lastCall?.[0]).toBe(start + 1)
  expect(onHighlight).toHaveBeenLastCalledWith('repo/a')
  fireEvent.keyDown(chart(), { key: 'ArrowDown' })
  expect(onHighlight).toHaveBeenLastCalledWith('repo/b')
  fireEvent.keyDown(chart(), { key: 'Home' })
  expect(onCursor.mock.lastCall?.[0]).toBe(0)
  fireEvent.keyDown(chart(), { key: 'End' })
  expect(onCursor.mock.lastCall?.[0]).toBe(100)
  for (let i = 0; i < 50; i++) fireEvent.keyDown(chart(), { key: 'ArrowLeft' })
  expect(onCursor.mock.lastCall?.[0]).toBe(49)
  fireEvent.keyDown(chart(), { key: 'Escape' })
  expect(onCursor).toHaveBeenLastCalledWith(null, null)
  expect(onHighlight).toHaveBeenLastCalledWith(null)
})

it('zooms with the keys, tells the range, and does not ask again for data it has in full', async () => {
  const { onXRange, load } = show()
  await waitFor(() => expect(chart()).toHaveAccessibleName(/202 points/))
  fireEvent.keyDown(chart(), { key: '+' })
  const range: [number, number] = onXRange.mock.lastCall?.[0]
  expect(range[1] - range[0]).toBeCloseTo(102 / 1.5)
  fireEvent.keyDown(chart(), { key: '0' })
  expect(onXRange).toHaveBeenLastCalledWith(null)
  await act(() => new Promise((resume) => setTimeout(resume, 120)))
  expect(load).toHaveBeenCalledTimes(1)
})

it('follows ranges and data keys set from outside', async () => {
  const { again, load, onXRange } = show()
  await waitFor(() => expect(chart()).toHaveAccessibleName(/202 points/))
  again({ xRange: [10, 20] })
  await waitFor(() => expect(chart()).toHaveAccessibleName(/step from 10 to 20/))
  expect(onXRange).not.toHaveBeenCalled()
  again({ xRange: [10, 20], dataKey: '2' })
  expect(load).toHaveBeenCalledTimes(2)
})

it('keeps the lines and says why when data cannot be read again', async () => {
  const load = vi.fn<ChartProps['load']>(async () => encodeSeries(answer()))
  const { again, ref } = show({ load })
  await waitFor(() => expect(chart()).toHaveAccessibleName(/202 points/))
  load.mockRejectedValue({ kind: 'unreadable', message: 'The run is gone.', hint: '' })
  again({ load, dataKey: '2' })
  expect(await screen.findByRole('alert')).toHaveTextContent('The run is gone.')
  expect(ref.current?.valuesAt(3)).toHaveLength(2)
})

it('refuses an answer that is not one', async () => {
  show({ load: async () => new ArrayBuffer(3) })
  expect(await screen.findByRole('alert')).toHaveTextContent(/decode series/)
})

it('exports what is shown as SVG and CSV', async () => {
  const { ref } = show()
  await waitFor(() => expect(ref.current?.valuesAt(0)).toHaveLength(2))
  const svg = new DOMParser().parseFromString(ref.current?.exportSVG('print') ?? '', 'image/svg+xml')
  expect(svg.querySelector('parsererror')).toBeNull()
  const paths = [...svg.querySelectorAll('g[clip-path] path')]
  expect(paths).toHaveLength(2)
  // The gap of line b makes a second piece.
  expect(paths.map((path) => (path.getAttribute('d')?.match(/M/g) ?? []).length)).toEqual([1, 2])
  expect([...svg.querySelectorAll('text')].map((node) => node.textContent)).toEqual(
    expect.arrayContaining(['Loss', 'step', 'loss', 'run a', 'run b']),
  )
  const rows = ref.current?.exportCSV().trim().split('\n') ?? []
  expect(rows).toHaveLength(1 + 202)
  expect(rows[1]).toBe('run a,,raw,0,,0,,,,')
  expect(rows[1 + 101 + 50]).toBe('run b,,raw,50,,NaN,,,,')
})

it('leaves nothing running behind', async () => {
  const { unmount, ref } = show()
  await waitFor(() => expect(ref.current?.valuesAt(0)).toHaveLength(2))
  unmount()
  expect(document.querySelectorAll('canvas')).toHaveLength(0)
})

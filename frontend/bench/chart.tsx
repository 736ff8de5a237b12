/**
 * A page with one chart on made-up data, for bench/run.mjs and for looking at.
 * Query: lines, points, smooth, log, nan, theme, xscale, width, height.
 */
import { createRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { binLine } from '../src/backend/series/bin'
import { encodeSeries } from '../src/backend/series/encode'
import { Chart } from '../src/components/chart/Chart'
import type { AxisRange, ChartHandle, ChartLine, ChartProps, LoadRequest } from '../src/components/chart/props'
import { type Curve, curve, lines } from './data'

const query = new URLSearchParams(location.search)
const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise)
const PALETTE = [
  '#3b76d6',
  '#e07a2f',
  '#2f9e62',
  '#c8453f',
  '#8a5bc7',
  '#98704a',
  '#d0679d',
  '#6f7782',
  '#a3a02a',
  '#2aa5b5',
]

const count = number('lines', 10)
const points = number('points', 200)
const curves: Curve[] = Array.from({ length: count }, (_, i) => curve(i, points, points * 10))
if (query.has('nan')) {
  for (const { y } of curves) {
    for (let i = 0; i < points; i++) {
      if (i % 61 === 40) y[i] = Number.NaN
      if (i % 97 === 60) y[i] = Number.POSITIVE_INFINITY
      if (i % 89 === 70) y[i] = Number.NEGATIVE_INFINITY
    }
  }
}
if (query.has('spike')) curves[0].y[points >> 1] = 6
if (query.has('negative')) for (const { y } of curves) for (let i = 20; i < points; i += 50) y[i] = -0.1
const scale = (query.get('xscale') ?? 'linear') as ChartProps['xScale']
if (scale === 'time') for (const { x } of curves) for (let i = 0; i < points; i++) x[i] = 1_760_000_000 + x[i] * 7
if (scale === 'duration') for (const { x } of curves) for (let i = 0; i < points; i++) x[i] *= 7
const all = lines(curves, number('smooth', 0))
document.documentElement.dataset.theme = query.get('theme') ?? 'light'

const chartLines: ChartLine[] = curves.map((_, i) => ({
  id: `line-${i}`,
  colour: PALETTE[i % PALETTE.length],
  dash: query.has('dash') && i % 2 === 1 ? [6, 4] : [],
  label: `run-${String(i).padStart(4, '0')}`,
  run: `repo/${i}`,
  context: i % 2 === 1 ? 'subset=val' : 'subset=train',
  live: query.has('live') && i < 3,
}))

let framesBefore = 0
const timings = { asked: 0, answered: 0, loads: 0 }

async function load(request: LoadRequest): Promise<ArrayBuffer> {
  framesBefore = handle.current?.stats().frames ?? 0
  timings.asked = performance.now()
  timings.loads++
  const { range, width } = request
  const message = encodeSeries(all.map((line) => binLine(line, range, width)))
  timings.answered = performance.now()
  return message
}

const handle = createRef<ChartHandle>()
const bench = { handle, timings, firstExact: 0 }
Object.assign(window, { bench })

/** Notes when exact lines for the newest answer were first seen. */
function watchExact() {
  const stats = handle.current?.stats()
  if (stats?.exact && timings.answered > 0 && bench.firstExact === 0 && stats.frames > framesBefore) {
    bench.firstExact = performance.now()
  }
  requestAnimationFrame(watchExact)
}
requestAnimationFrame(watchExact)
const NONE: ReadonlySet<string> = new Set()

function Page() {
  const [xRange, setXRange] = useState<AxisRange | null>(null)
  const [yRange, setYRange] = useState<AxisRange | null>(null)
  const [highlight, setHighlight] = useState<string | null>(null)
  const [cursorX, setCursorX] = useState<number | null>(null)
  return (
    <Chart
      ref={handle}
      lines={chartLines}
      load={load}
      dataKey="1"
      title="Training loss"
      xLabel={scale === 'linear' || scale === 'log' ? 'step' : scale === 'time' ? 'time' : 'time since start'}
      yLabel="loss"
      xScale={scale}
      yScale={query.has('log') ? 'log' : 'linear'}
      xRange={xRange}
      onXRange={setXRange}
      yRange={yRange}
      onYRange={setYRange}
      ignoreOutliers={query.has('calm')}
      cursorX={cursorX}
      onCursor={setCursorX}
      highlight={highlight}
      onHighlight={setHighlight}
      hidden={NONE}
      xWhole={scale === 'linear'}
    />
  )
}

const stage = document.getElementById('stage')
if (!stage) throw new Error('bench: no stage')
stage.style.width = `${number('width', 1200)}px`
stage.style.height = `${number('height', 600)}px`
createRoot(stage).render(<Page />)

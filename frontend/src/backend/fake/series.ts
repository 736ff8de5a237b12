/** Series of the in-memory adapter, in the wire format of the program. */
import type { SeriesRequest } from '../contract'
import { encodeSeries, pointLine, statistics } from '../series/encode'
import { BIN_NAN, type BinColumns, type WireLine } from '../series/wire'
import { stepOf, timeOf, valueAt } from './curves'
import type { FakeMetric, FakeRun } from './generate'

interface Points {
  x: Float64Array
  y: Float64Array
}

export function answerSeries(
  request: SeriesRequest,
  find: (repository: string, run: string) => FakeRun | undefined,
): ArrayBuffer {
  const out: WireLine[] = []
  request.lines.forEach((ref, index) => {
    const run = find(ref.repository, ref.run)
    const metric = run?.metrics.find((m) => m.name === ref.name && m.contextId === ref.contextId)
    if (run === undefined || metric === undefined) {
      out.push({ ...pointLine(index, new Float64Array(0), new Float64Array(0)), status: 'unknown-trace' })
      return
    }
    const all = read(run, metric, request)
    out.push(shape(index, 'raw', all, request))
    if (request.smoothing.kind !== 'none') {
      out.push(shape(index, 'smoothed', { x: all.x, y: smooth(all.y, request.smoothing) }, request))
    }
  })
  return encodeSeries(out)
}

function read(run: FakeRun, metric: FakeMetric, request: SeriesRequest): Points {
  const other = request.xMetric === '' ? undefined : run.metrics.find((m) => m.name === request.xMetric)
  const x = new Float64Array(metric.points)
  const y = new Float64Array(metric.points)
  for (let i = 0; i < metric.points; i++) {
    y[i] = valueAt(run, metric, i)
    if (other !== undefined) {
      x[i] = valueAt(run, other, Math.round((i * (other.points - 1)) / Math.max(1, metric.points - 1)))
    } else if (request.x === 'time') x[i] = timeOf(run, metric, i)
    else if (request.x === 'relative') x[i] = timeOf(run, metric, i) - run.created
    else if (request.x === 'epoch') x[i] = Math.floor((i * 30) / metric.points)
    else x[i] = stepOf(metric, i)
  }
  return { x, y }
}

function smooth(y: Float64Array, smoothing: SeriesRequest['smoothing']): Float64Array {
  const out = new Float64Array(y.length)
  const weight = Math.min(0.999, smoothing.kind === 'ema' || smoothing.kind === 'twema' ? smoothing.amount : 0.9)
  let last = 0
  let debias = 0
  y.forEach((v, i) => {
    if (!Number.isFinite(v)) {
      out[i] = v
      return
    }
    last = last * weight + (1 - weight) * v
    debias = debias * weight + (1 - weight)
    out[i] = last / debias
  })
  return out
}

function shape(index: number, layer: WireLine['layer'], all: Points, request: SeriesRequest): WireLine {
  const head = statistics(all.x, all.y)
  const [from, to] = request.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  let a = 0
  let b = all.x.length
  if (request.range !== null && request.xMetric === '') {
    while (a < b && (all.x[a] ?? 0) < from) a++
    while (b > a && (all.x[b - 1] ?? 0) > to) b--
    a = Math.max(0, a - 1)
    b = Math.min(all.x.length, b + 1)
  }
  const x = all.x.subarray(a, b)
  const y = all.y.subarray(a, b)
  const inside = statistics(x, y)
  const base = { index, layer, status: 'ok' as const, ...inside, total: head.total, xMin: head.xMin, xMax: head.xMax }
  if (x.length <= 2 * Math.max(50, request.width)) return { ...base, data: { mode: 'points', n: x.length, x, y } }
  return { ...base, data: bin(x, y, request.width) }
}

/** One entry a pixel column: first, least, greatest and last value. */
function bin(x: Float64Array, y: Float64Array, width: number): BinColumns {
  const x0 = x[0] ?? 0
  const size = ((x[x.length - 1] ?? 1) - x0) / Math.max(1, width) || 1
  const columns: number[][] = [[], [], [], [], [], []]
  const flags: number[] = []
  let at = -1
  for (let i = 0; i < x.length; i++) {
    const xi = x[i] ?? 0
    const v = y[i] ?? Number.NaN
    const k = Math.floor((xi - x0) / size)
    if (k !== at) {
      at = k
      for (const [c, value] of [xi, xi, v, v, v, v].entries()) columns[c]?.push(value)
      flags.push(Number.isNaN(v) ? BIN_NAN : 0)
      continue
    }
    const j = flags.length - 1
    const [, xl, , lo, hi, la] = columns as [number[], number[], number[], number[], number[], number[]]
    xl[j] = xi
    lo[j] = Math.min(lo[j] ?? v, v)
    hi[j] = Math.max(hi[j] ?? v, v)
    la[j] = v
  }
  const [cx, cl, cf, lo, hi, la] = columns.map((c) => Float64Array.from(c)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  return {
    mode: 'bins',
    n: flags.length,
    x: cx,
    xLast: cl,
    yFirst: cf,
    yMin: lo,
    yMax: hi,
    yLast: la,
    flags: Uint8Array.from(flags),
  }
}

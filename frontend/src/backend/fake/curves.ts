/** Values of made-up metrics: pure functions of run, metric and step. */
import type { MetricInfo, Num } from '../contract'
import type { FakeMetric, FakeRun } from './generate'
import { noise } from './random'

/** Seconds between two records. */
const PACE = 7

/** The x values of a point. */
export function stepOf(metric: FakeMetric, i: number): number {
  return i * (metric.shape === 'loss' || metric.shape === 'accuracy' ? stride(metric) : 1)
}

function stride(metric: FakeMetric): number {
  return metric.context.includes('val') ? 10 : 1
}

export function timeOf(run: FakeRun, metric: FakeMetric, i: number): number {
  const span = run.lastRecord - run.created
  return run.created + PACE + (span - PACE) * (i / Math.max(1, metric.points - 1))
}

export function valueAt(run: FakeRun, metric: FakeMetric, i: number): number {
  const t = i / Math.max(1, metric.points - 1)
  const n = noise(metric.seed, i)
  const val = metric.context.includes('val')
  switch (metric.shape) {
    case 'loss': {
      if (run.index % 41 === 9 && t > 0.7) return Number.NaN
      const floor = 0.08 + run.skill * 0.5 + (val ? 0.1 : 0)
      const overfit = val ? 0.25 * Math.max(0, t - 0.5) ** 2 : 0
      return floor + 2.1 * Math.exp(-t * (4 + run.skill * 6)) + overfit + n * 0.06 * (1.2 - t)
    }
    case 'accuracy': {
      const top = 0.97 - run.skill * 0.25 - (val ? 0.05 : 0)
      return Math.min(1, Math.max(0, top * (1 - Math.exp(-t * 6)) + n * 0.015))
    }
    case 'rate':
      return t < 0.1 ? (t / 0.1) * 1e-3 : 5e-4 * (1 + Math.cos(Math.PI * ((t - 0.1) / 0.9))) + 1e-7
    case 'norm':
      return (
        Math.exp(n * 0.5) * (0.4 + run.skill) * (1 + 4 * Math.exp(-t * 8)) +
        (noise(metric.seed, i + 7) > 0.995 ? 40 : 0)
      )
    case 'system':
      return Math.min(100, Math.max(0, 55 + 25 * Math.sin(t * 9 + metric.seed) + n * 12))
  }
}

function num(value: number): Num {
  if (Number.isNaN(value)) return 'nan'
  if (value === Number.POSITIVE_INFINITY) return 'inf'
  return value === Number.NEGATIVE_INFINITY ? '-inf' : value
}

export interface Summary {
  last: number
  first: number
  min: number
  max: number
  mean: number
  minStep: number
  maxStep: number
}

const cache = new WeakMap<FakeMetric, Summary>()

/** A summary of at most 48 points: the curve is made up anyway. */
export function summarise(run: FakeRun, metric: FakeMetric): Summary {
  const known = cache.get(metric)
  if (known !== undefined) return known
  const out: Summary = {
    last: valueAt(run, metric, metric.points - 1),
    first: valueAt(run, metric, 0),
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    mean: 0,
    minStep: 0,
    maxStep: 0,
  }
  const looks = Math.min(48, metric.points)
  let seen = 0
  for (let k = 0; k < looks; k++) {
    const i = looks === 1 ? 0 : Math.round((k * (metric.points - 1)) / (looks - 1))
    const v = valueAt(run, metric, i)
    if (!Number.isFinite(v)) continue
    seen++
    out.mean += v
    if (v < out.min) [out.min, out.minStep] = [v, stepOf(metric, i)]
    if (v > out.max) [out.max, out.maxStep] = [v, stepOf(metric, i)]
  }
  out.mean = seen > 0 ? out.mean / seen : Number.NaN
  cache.set(metric, out)
  return out
}

export function metricInfo(repository: string, run: FakeRun, metric: FakeMetric, pending: boolean): MetricInfo {
  const s = summarise(run, metric)
  const base = {
    repository,
    run: run.hash,
    name: metric.name,
    contextId: metric.contextId,
    context: metric.context,
    count: metric.points,
    system: metric.name.startsWith('__system__'),
    pending,
  }
  if (pending) {
    const none = {
      last: null,
      lastStep: null,
      min: null,
      minStep: null,
      max: null,
      maxStep: null,
      mean: null,
      first: null,
    }
    return { ...base, ...none }
  }
  return {
    ...base,
    last: num(s.last),
    lastStep: stepOf(metric, metric.points - 1),
    min: num(s.min),
    minStep: s.minStep,
    max: num(s.max),
    maxStep: s.maxStep,
    mean: num(s.mean),
    first: num(s.first),
  }
}

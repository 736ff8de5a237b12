/** Names and scales of the x axis. */
import type { SeriesRequest } from '../../backend/contract'
import type { XScale } from '../../components/chart/props'

export const X_NAMES: Record<SeriesRequest['x'], string> = {
  step: 'step',
  epoch: 'epoch',
  relative: 'time since start',
  time: 'time',
}

export function xScaleOf(x: SeriesRequest['x'], xMetric: string, log: boolean): XScale {
  if (log && (xMetric !== '' || x === 'step' || x === 'epoch' || x === 'relative')) return 'log'
  if (xMetric !== '') return 'linear'
  if (x === 'time') return 'time'
  return x === 'relative' ? 'duration' : 'linear'
}

export function xLabelOf(x: SeriesRequest['x'], xMetric: string): string {
  return xMetric === '' ? X_NAMES[x] : xMetric
}

interface SmoothingKind {
  value: SeriesRequest['smoothing']['kind']
  label: string
  min: number
  max: number
  step: number
  start: number
  unit: string
}

/** What the amount of each kind of smoothing means, and its range. */
export const SMOOTHING: readonly SmoothingKind[] = [
  { value: 'none', label: 'No smoothing', min: 0, max: 1, step: 1, start: 0, unit: '' },
  { value: 'ema', label: 'Exponential', min: 0, max: 0.999, step: 0.001, start: 0.6, unit: '' },
  { value: 'twema', label: 'Time-weighted', min: 0, max: 0.999, step: 0.001, start: 0.6, unit: '' },
  { value: 'gaussian', label: 'Gaussian', min: 0.5, max: 100, step: 0.5, start: 5, unit: ' points' },
  { value: 'average', label: 'Moving average', min: 1, max: 500, step: 1, start: 20, unit: ' points' },
]

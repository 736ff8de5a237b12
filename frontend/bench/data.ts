/** Made-up training curves, the same every time. */
import { pointLine } from '../src/backend/series/encode'
import type { WireLine } from '../src/backend/series/wire'

export function random(seed: number): () => number {
  let s = (seed * 2654435761) >>> 0
  return () => {
    s = (s * 1664525 + 1013904223) >>> 0
    return s / 4294967296
  }
}

export interface Curve {
  x: Float64Array
  y: Float64Array
}

/** A noisy loss curve of n points over steps 0..last. */
export function curve(seed: number, n: number, last: number): Curve {
  const r = random(seed + 1)
  const x = new Float64Array(n)
  const y = new Float64Array(n)
  const floor = 0.15 + 0.5 * r()
  const height = 0.8 + 1.4 * r()
  const rate = 3 + 6 * r()
  const noise = 0.02 + 0.09 * r()
  for (let i = 0; i < n; i++) {
    const t = i / Math.max(1, n - 1)
    x[i] = Math.round(t * last)
    y[i] = floor + height * Math.exp(-rate * t) + noise * (r() + r() - 1) * (0.4 + Math.exp(-2 * t))
  }
  return { x, y }
}

/** Exponential moving average, corrected for its start. */
export function smooth({ x, y }: Curve, weight: number): Curve {
  const out = new Float64Array(y.length)
  let last = 0
  let norm = 0
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i])) {
      out[i] = y[i]
      continue
    }
    last = last * weight + (1 - weight) * y[i]
    norm = norm * weight + (1 - weight)
    out[i] = last / norm
  }
  return { x, y: out }
}

export function lines(curves: readonly Curve[], weight = 0): WireLine[] {
  return curves.flatMap((c, i) => {
    const raw = pointLine(i, c.x, c.y)
    if (weight === 0) return [raw]
    const s = smooth(c, weight)
    return [raw, pointLine(i, s.x, s.y, 'smoothed')]
  })
}

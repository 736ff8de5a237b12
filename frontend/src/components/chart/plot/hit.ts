/** Which line, and which of its points, is under the pointer. */
import { type Columns, lowerBound } from './columns'
import type { View } from './scale'

export interface Size {
  width: number
  height: number
}

export interface Hit {
  /** Position in the list that was searched. */
  line: number
  /** Position in the line's columns. */
  entry: number
  /** CSS pixels from the pointer to the nearest place of the line. */
  distance: number
  /** The entry's value nearest to the pointer, in scale space. */
  x: number
  y: number
}

/**
 * The line nearest to (px, py) within `reach` CSS pixels, and its point nearest
 * to the pointer; null when there is none. Lines later in the list are on top
 * and win ties.
 */
export function hitTest(
  all: readonly Columns[],
  view: View,
  size: Size,
  px: number,
  py: number,
  reach: number,
): Hit | null {
  const kx = size.width / (view.x.max - view.x.min)
  const ky = -size.height / (view.y.max - view.y.min)
  let best = reach * reach
  let line = -1
  for (let k = 0; k < all.length; k++) {
    const d = lineDistance(all[k], view, kx, ky, px, py, reach, best)
    if (d <= best && d < reach * reach) {
      best = d
      line = k
    }
  }
  if (line < 0) return null
  const c = all[line]
  const entry = nearestEntry(c, view, size, px, py)
  if (entry < 0) return null
  const x = nearestX(c, entry, view, size, px)
  const y = nearestY(c, entry, view, size, py)
  return { line, entry, distance: Math.sqrt(best), x, y }
}

/** Squared distance to a line, or something not below `best` when it is farther. */
function lineDistance(
  c: Columns,
  view: View,
  kx: number,
  ky: number,
  px: number,
  py: number,
  reach: number,
  best: number,
): number {
  const x0 = view.x.min
  const y1 = view.y.max
  let from = 0
  let to = c.n
  if (c.sorted) {
    from = Math.max(0, lowerBound(c.xLast, x0 + (px - reach) / kx) - 1)
    to = Math.min(c.n, lowerBound(c.x, x0 + (px + reach) / kx) + 1)
  }
  let nearest = Number.POSITIVE_INFINITY
  let lastX = Number.NaN
  let lastY = Number.NaN
  for (let i = from; i < to; i++) {
    const x = (c.x[i] - x0) * kx
    const y = (c.yFirst[i] - y1) * ky
    if (c.breaks.length === 0 || c.breaks[i] === 0) {
      const d = segmentDistance(px, py, lastX, lastY, x, y)
      if (d < nearest) nearest = d
    }
    const alone = pointDistance(px, py, x, y)
    if (alone < nearest) nearest = alone
    if (c.mode === 'bins') {
      lastX = (c.xLast[i] - x0) * kx
      lastY = (c.yLast[i] - y1) * ky
      const d = boxDistance(px, py, x, lastX, (c.yMax[i] - y1) * ky, (c.yMin[i] - y1) * ky)
      if (d < nearest) nearest = d
    } else {
      lastX = x
      lastY = y
    }
    if (nearest === 0 && best === 0) break
  }
  return nearest
}

/** Comparisons with NaN are false, so what is not finite is never near. */
function pointDistance(px: number, py: number, x: number, y: number): number {
  const dx = x - px
  const dy = y - py
  return dx * dx + dy * dy
}

export function segmentDistance(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax
  const dy = by - ay
  const length = dx * dx + dy * dy
  let t = length > 0 ? ((px - ax) * dx + (py - ay) * dy) / length : 0
  t = Math.min(1, Math.max(0, t))
  return pointDistance(px, py, ax + t * dx, ay + t * dy)
}

function boxDistance(px: number, py: number, left: number, right: number, top: number, bottom: number): number {
  const dx = px < left ? left - px : px > right ? px - right : 0
  const dy = py < top ? top - py : py > bottom ? py - bottom : top <= bottom ? 0 : Number.NaN
  return dx * dx + dy * dy
}

/** The entry whose place is nearest to the pointer, x first: steps are read off the x axis. */
function nearestEntry(c: Columns, view: View, size: Size, px: number, py: number): number {
  const kx = size.width / (view.x.max - view.x.min)
  const sx = view.x.min + px / kx
  if (c.sorted) {
    const i = lowerBound(c.xLast, sx)
    return nearestFinite(c, i, sx)
  }
  let best = Number.POSITIVE_INFINITY
  let entry = -1
  const ky = -size.height / (view.y.max - view.y.min)
  for (let i = 0; i < c.n; i++) {
    const d = pointDistance(px, py, (c.x[i] - view.x.min) * kx, (c.yFirst[i] - view.y.max) * ky)
    if (d < best) {
      best = d
      entry = i
    }
  }
  return entry
}

/** The entry nearest to x that has a value, looking outward from i. */
export function nearestFinite(c: Columns, i: number, sx: number): number {
  let left = Math.min(i, c.n) - 1
  let right = i
  for (;;) {
    while (left >= 0 && !Number.isFinite(c.yMin[left])) left--
    while (right < c.n && !Number.isFinite(c.yMin[right])) right++
    if (left < 0) return right < c.n ? right : -1
    if (right >= c.n) return left
    const dl = sx - c.xLast[left]
    const dr = Math.max(0, c.x[right] - sx)
    return dl < dr ? left : right
  }
}

function nearestY(c: Columns, i: number, view: View, size: Size, py: number): number {
  const value = view.y.max - (py / size.height) * (view.y.max - view.y.min)
  let best = c.yFirst[i]
  for (const candidate of [c.yMin[i], c.yMax[i], c.yLast[i]]) {
    if (!(Math.abs(best - value) <= Math.abs(candidate - value))) best = candidate
  }
  return best
}

function nearestX(c: Columns, i: number, view: View, size: Size, px: number): number {
  const value = view.x.min + (px / size.width) * (view.x.max - view.x.min)
  return Math.min(Math.max(value, c.x[i]), c.xLast[i])
}

/** The answer of the program with its lines taken together in groups. */

import { type Axis, aggregate, gridOf, type Middle, type Samples, type Spread, samplesOf } from './aggregate'
import { encodeSeries, pointLine } from './encode'
import { decodeSeries, type WireLine } from './wire'

/** Places of the grid at most: more cannot be told apart. */
const MOST_PLACES = 1500

/**
 * A message with one line a group, and after these the lower and the upper edge
 * of each. Smoothed lines are taken where there are some.
 */
export function groupSeries(
  message: ArrayBuffer,
  groups: readonly (readonly number[])[],
  how: { middle: Middle; spread: Spread },
  range: [number, number] | null,
  width: number,
  axis: Axis,
): ArrayBuffer {
  const tops = new Map<number, WireLine>()
  for (const line of decodeSeries(message)) {
    if (line.status === 'ok' && (line.layer === 'smoothed' || !tops.has(line.index))) tops.set(line.index, line)
  }
  const middles: WireLine[] = []
  const edges: WireLine[] = []
  groups.forEach((members, g) => {
    const lines = members.flatMap((i) => tops.get(i) ?? [])
    const samples: Samples[] = lines.map(samplesOf)
    const grid = gridOf(samples, range, Math.min(width, MOST_PLACES), axis)
    const { x, middle, low, high } = aggregate(samples, grid.x, how.middle, how.spread)
    const whole = grid.exact && lines.every((l) => l.data.mode === 'points' && l.inRange === l.total)
    const line = (index: number, y: Float64Array) => madeOf(lines, pointLine(index, x, y), whole)
    middles.push(line(g, middle))
    if (how.spread !== 'none') {
      edges.push(line(groups.length + 2 * g, low), line(groups.length + 2 * g + 1, high))
    }
  })
  return encodeSeries([...middles, ...edges])
}

/** The header tells the extent of the whole lines, and that zooming in shows more. */
function madeOf(lines: readonly WireLine[], made: WireLine, whole: boolean): WireLine {
  if (lines.length === 0) return made
  return {
    ...made,
    total: whole ? made.total : Math.max(made.total + 1, ...lines.map((l) => l.total)),
    xMin: Math.min(...lines.map((l) => l.xMin)),
    xMax: Math.max(...lines.map((l) => l.xMax)),
  }
}

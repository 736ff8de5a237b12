/** How each line of an answer is stroked. */
import { luminance, parseColour } from '../plot/colour'
import type { ChartLine } from '../props'
import type { Stroke } from '../raster/protocol'
import type { Loaded } from './data'
import type { ChartTheme } from './theme'

/** CSS pixels. */
export const STROKE_WIDTH = 1.5
export const LIT_WIDTH = 2.25
/** Of raw data under its smoothed line: light colours on dark ground need more to be as visible. */
export const FAINT = 0.24
const FAINT_ON_DARK = 0.36
/** Of all lines while one is lit. */
export const DIMMED = 0.25

/** Opacity of lines when there are so many that they would hide each other. */
export function crowdOpacity(lines: number): number {
  return lines <= 60 ? 1 : lines <= 300 ? 0.85 : 0.7
}

/** Strokes by position in the answer; null for what is hidden. `resolve` turns CSS colours into plain ones. */
export function strokesOf(
  data: Loaded,
  lines: readonly ChartLine[],
  hidden: ReadonlySet<string>,
  theme: ChartTheme,
  resolve: (css: string) => string,
): (Stroke | null)[] {
  const strokes: (Stroke | null)[] = new Array(data.plot.length).fill(null)
  const faint = luminance(parseColour(theme.background)) < 0.2 ? FAINT_ON_DARK : FAINT
  const opacity = crowdOpacity(data.layers.length)
  for (const { index, raw, smoothed } of data.layers) {
    const line = lines[index]
    if (!line || hidden.has(line.id)) continue
    const rgb = parseColour(resolve(line.colour))
    const dash = line.dash.length > 0 ? { on: line.dash[0], off: line.dash[1] ?? line.dash[0] } : null
    if (smoothed >= 0) {
      strokes[smoothed] = { rgb, alpha: Math.round(255 * opacity), dash }
      if (raw >= 0) strokes[raw] = { rgb, alpha: Math.round(255 * faint * opacity), dash: null }
    } else if (raw >= 0) {
      strokes[raw] = { rgb, alpha: Math.round(255 * opacity), dash }
    }
  }
  return strokes
}

import { MAX_AUTOFIT, MIN_WIDTH } from './model'

let context: CanvasRenderingContext2D | null | undefined

/** Width of a text in the table's font, in CSS pixels. */
export function textWidth(text: string, font: string): number {
  if (context === undefined) context = document.createElement('canvas').getContext('2d')
  if (!context) return text.length * 7
  context.font = font
  return context.measureText(text).width
}

/** The width at which none of the texts is cut, within bounds. */
export function fitWidth(texts: readonly string[], font: string, extra: number): number {
  const widest = texts.reduce((w, t) => Math.max(w, textWidth(t, font)), 0)
  return Math.round(Math.max(MIN_WIDTH, Math.min(MAX_AUTOFIT, widest + extra)))
}

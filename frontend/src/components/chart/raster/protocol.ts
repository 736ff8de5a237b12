/** What the page's thread and the raster worker say to each other. */
import type { ScaleKind, View } from '../plot/scale'

/** How a line of the answer is drawn; null where it is not. */
export interface Stroke {
  /** 0xRRGGBB. */
  rgb: number
  /** 0 to 255. */
  alpha: number
  /** CSS pixels along x. */
  dash: { on: number; off: number } | null
}

/** One picture. Sizes in device pixels; the view is in scale space. */
export interface FrameSpec {
  width: number
  height: number
  /** Device pixels to a CSS pixel. */
  ratio: number
  view: View
  /** CSS pixels. */
  strokeWidth: number
  /** For a view in motion: fast before fine. */
  draft: boolean
  /** By position in the answer. */
  strokes: (Stroke | null)[]
}

export type ToWorker =
  | { type: 'data'; chart: number; message: ArrayBuffer; x: ScaleKind; y: ScaleKind }
  | { type: 'scales'; chart: number; x: ScaleKind; y: ScaleKind }
  | { type: 'paint'; chart: number; spec: FrameSpec }
  | { type: 'drop'; chart: number }

/** A finished picture: a bitmap where the engine can make one, else straight RGBA. */
export type Picture = ImageBitmap | Uint8ClampedArray<ArrayBuffer>

export type FromWorker =
  | { type: 'ready'; engine: 'wasm' | 'js' }
  | { type: 'frame'; chart: number; picture: Picture; milliseconds: number }
  | { type: 'failed'; chart: number; reason: string }

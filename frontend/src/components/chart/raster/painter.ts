/** The side that draws: keeps the data of every chart and paints on demand. */
import { decodeSeries, type WireLine } from '../../../backend/series/wire'
import { type PlotLine, plotLine } from '../plot/columns'
import type { ScaleKind } from '../plot/scale'
import type { Rasteriser } from './kernel'
import { paintFrame } from './paint'
import type { FrameSpec, Picture } from './protocol'

interface ChartData {
  wire: WireLine[]
  lines: PlotLine[]
}

export class Painter {
  private readonly raster: Rasteriser
  private readonly charts = new Map<number, ChartData>()

  constructor(raster: Rasteriser) {
    this.raster = raster
  }

  setData(chart: number, message: ArrayBuffer, x: ScaleKind, y: ScaleKind): void {
    const wire = decodeSeries(message)
    this.charts.set(chart, { wire, lines: wire.map((line) => plotLine(line, x, y)) })
  }

  setScales(chart: number, x: ScaleKind, y: ScaleKind): void {
    const data = this.charts.get(chart)
    if (data) data.lines = data.wire.map((line) => plotLine(line, x, y))
  }

  drop(chart: number): void {
    this.charts.delete(chart)
  }

  /** Paints line by line; the generator's result is the picture, valid until the next paint. */
  *paint(chart: number, spec: FrameSpec): Generator<void, Uint8ClampedArray<ArrayBuffer>> {
    yield* paintFrame(this.raster, this.charts.get(chart)?.lines ?? [], spec)
    return this.raster.finish()
  }
}

/** Runs a paint to its end. */
export function finish<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/** Makes bitmaps out of pixels where OffscreenCanvas can, else copies the pixels. */
export class PictureMaker {
  private canvas: OffscreenCanvas | null = null
  private readonly able = typeof OffscreenCanvas === 'function' && 'transferToImageBitmap' in OffscreenCanvas.prototype

  make(pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): Picture {
    if (!this.able) return pixels.slice()
    if (!this.canvas || this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas = new OffscreenCanvas(width, height)
    }
    const context = this.canvas.getContext('2d')
    if (!context) return pixels.slice()
    context.putImageData(new ImageData(pixels, width, height), 0, 0)
    return this.canvas.transferToImageBitmap()
  }
}

/** A chart as a picture of pixels, drawn anew at the asked resolution. */
import { drawAxes, drawGrid, labelFont } from '../engine/draw-axes'
import { BAND_OPACITY, drawBand } from '../engine/draw-band'
import { frameSpec } from '../engine/picture'
import { STROKE_WIDTH } from '../engine/strokes'
import { layOut, type Rect } from '../plot/layout'
import { loadRasteriser } from '../raster/load'
import { paintFrame } from '../raster/paint'
import { finish } from '../raster/painter'
import { LEGEND_ROW, legendOf, type Scene, TITLE_HEIGHT } from './scene'

/** Pixels to a side that engines are sure to handle. */
const MOST_PIXELS = 8192

export async function exportPNG(scene: Scene, scale: number): Promise<Blob> {
  const legend = legendOf(scene)
  const head = scene.title === '' ? 0 : TITLE_HEIGHT
  const height = head + scene.height + legend.height
  const ratio = Math.min(scale, MOST_PIXELS / Math.max(scene.width, height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(scene.width * ratio)
  canvas.height = Math.round(height * ratio)
  const ctx = canvas.getContext('2d')
  if (!ctx) throw new Error('export chart: no 2D canvas')
  const { theme, view } = scene
  ctx.scale(ratio, ratio)
  ctx.fillStyle = theme.background
  ctx.fillRect(0, 0, scene.width, height)
  if (head > 0) {
    ctx.font = `600 14px ${theme.font}`
    ctx.fillStyle = theme.text
    ctx.textBaseline = 'middle'
    ctx.fillText(scene.title, 8, head / 2, scene.width - 16)
  }
  ctx.translate(0, head)
  ctx.font = labelFont(theme)
  const layout = layOut(scene.width, scene.height, scene.looks.x, scene.looks.y, (text) => ctx.measureText(text).width)
  drawGrid(ctx, layout, view, theme, ratio)
  drawBands(ctx, scene, layout.plot)
  ctx.drawImage(
    await linesOf(scene, layout.plot, ratio),
    layout.plot.left,
    layout.plot.top,
    layout.plot.width,
    layout.plot.height,
  )
  drawAxes(ctx, layout, view, { x: scene.looks.x.title, y: scene.looks.y.title }, theme, ratio)
  drawLegend(ctx, scene)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('export chart: no picture was made'))),
      'image/png',
    )
  })
}

function drawBands(ctx: CanvasRenderingContext2D, scene: Scene, plot: Rect): void {
  ctx.save()
  ctx.beginPath()
  ctx.rect(plot.left, plot.top, plot.width, plot.height)
  ctx.clip()
  ctx.globalAlpha = BAND_OPACITY
  for (const { top, colour } of scene.lines) if (top.band) drawBand(ctx, top.band, plot, scene.view, colour)
  ctx.restore()
}

/** The lines alone, by a rasteriser of its own: exports are rare. */
async function linesOf(scene: Scene, plot: Rect, ratio: number) {
  const spec = frameSpec(scene.view, scene.view.x, plot, ratio, scene.strokes, STROKE_WIDTH)
  const { raster } = await loadRasteriser()
  finish(paintFrame(raster, scene.data?.plot ?? [], spec))
  const canvas = document.createElement('canvas')
  canvas.width = spec.width
  canvas.height = spec.height
  canvas.getContext('2d')?.putImageData(new ImageData(raster.finish(), spec.width, spec.height), 0, 0)
  return canvas
}

function drawLegend(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { theme } = scene
  const legend = legendOf(scene)
  ctx.font = labelFont(theme)
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  const place = (i: number) => ({
    x: 8 + (i % legend.columns) * legend.columnWidth,
    y: scene.height + 10 + Math.floor(i / legend.columns) * LEGEND_ROW,
  })
  legend.entries.forEach((entry, i) => {
    const { x, y } = place(i)
    ctx.strokeStyle = entry.colour
    ctx.lineWidth = 2
    ctx.setLineDash(entry.dash)
    ctx.beginPath()
    ctx.moveTo(x, y)
    ctx.lineTo(x + 16, y)
    ctx.stroke()
    ctx.setLineDash([])
    ctx.fillStyle = theme.text
    ctx.fillText(entry.label, x + 22, y, legend.columnWidth - 30)
  })
  if (legend.more > 0) {
    const { x, y } = place(legend.entries.length)
    ctx.fillStyle = theme.muted
    ctx.fillText(`and ${legend.more} more`, x, y)
  }
}

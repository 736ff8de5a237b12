/** A chart as a vector picture, from the data that is loaded. */

import { BAND_OPACITY, bandOutlines } from '../engine/draw-band'
import { FAINT, STROKE_WIDTH } from '../engine/strokes'
import { type Columns, visible } from '../plot/columns'
import { HEADER, type Layout, layOut, type Rect } from '../plot/layout'
import { fraction, type View } from '../plot/scale'
import { LEGEND_ROW, legendOf, type Scene, TITLE_HEIGHT } from './scene'

const FONT_SIZE = 11

export function exportSVG(scene: Scene): string {
  const { theme, view } = scene
  const layout = layOut(
    scene.width,
    scene.height,
    scene.looks.x,
    scene.looks.y,
    // Close enough to lay out labels where no canvas measures them.
    (text) => text.length * FONT_SIZE * 0.58,
  )
  const legend = legendOf(scene)
  const head = scene.title === '' ? 0 : TITLE_HEIGHT
  const height = head + scene.height + legend.height
  const out: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${scene.width}" height="${height}" viewBox="0 0 ${scene.width} ${height}" font-family="${escapeText(theme.font)}" font-size="${FONT_SIZE}">`,
    `<title>${escapeText(scene.title || scene.looks.y.title || 'Chart')}</title>`,
    `<rect width="100%" height="100%" fill="${theme.background}"/>`,
  ]
  if (head > 0) {
    out.push(
      `<text x="8" y="${head - 10}" font-size="14" font-weight="600" fill="${theme.text}">${escapeText(scene.title)}</text>`,
    )
  }
  out.push(`<g transform="translate(0 ${head})">`, ...axes(scene, layout))
  const { plot } = layout
  out.push(
    `<clipPath id="plot"><rect x="${plot.left}" y="${plot.top}" width="${plot.width}" height="${plot.height}"/></clipPath>`,
  )
  out.push('<g clip-path="url(#plot)" fill="none" stroke-linejoin="round" stroke-linecap="round">')
  for (const { top, colour } of scene.lines) {
    for (const outline of top.band ? bandOutlines(top.band, plot, view) : []) {
      const d = outline.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('')
      out.push(`<path d="${d}Z" fill="${colour}" fill-opacity="${BAND_OPACITY}"/>`)
    }
  }
  for (const faint of [true, false]) {
    for (const { top, colour } of scene.lines) {
      const { raw, smoothed } = top.layers
      const at = faint ? (smoothed >= 0 ? raw : -1) : smoothed >= 0 ? smoothed : raw
      const line = at >= 0 ? scene.data?.plot[at] : undefined
      if (!line) continue
      const d = path(line.columns, plot, view)
      if (d === '') continue
      const dash = !faint && top.line.dash.length > 0 ? ` stroke-dasharray="${top.line.dash.join(' ')}"` : ''
      const opacity = faint ? ` stroke-opacity="${FAINT}"` : ''
      out.push(`<path d="${d}" stroke="${colour}" stroke-width="${STROKE_WIDTH}"${dash}${opacity}/>`)
    }
  }
  out.push('</g></g>')
  legend.entries.forEach((entry, i) => {
    const x = 8 + (i % legend.columns) * legend.columnWidth
    const y = head + scene.height + 10 + Math.floor(i / legend.columns) * LEGEND_ROW
    const dash = entry.dash.length > 0 ? ` stroke-dasharray="${entry.dash.join(' ')}"` : ''
    out.push(
      `<path d="M${x} ${y}h16" stroke="${entry.colour}" stroke-width="2"${dash}/>`,
      `<text x="${x + 22}" y="${y + 4}" fill="${theme.text}">${escapeText(entry.label)}</text>`,
    )
  })
  if (legend.more > 0) {
    const i = legend.entries.length
    const x = 8 + (i % legend.columns) * legend.columnWidth
    const y = head + scene.height + 14 + Math.floor(i / legend.columns) * LEGEND_ROW
    out.push(`<text x="${x}" y="${y}" fill="${theme.muted}">and ${legend.more} more</text>`)
  }
  out.push('</svg>')
  return out.join('\n')
}

function axes(scene: Scene, layout: Layout): string[] {
  const { theme, view } = scene
  const { plot } = layout
  const base = plot.top + plot.height
  const out: string[] = []
  for (const tick of layout.yTicks) {
    const y = round(plot.top + (1 - fraction(view.y, tick.at)) * plot.height)
    out.push(
      `<path d="M${plot.left} ${y}h${plot.width}" shape-rendering="crispEdges" stroke="${theme.grid}"${tick.label === '' ? ' stroke-opacity="0.5"' : ''}/>`,
    )
    if (tick.label !== '')
      out.push(
        `<text x="${plot.left - 8}" y="${y + 4}" text-anchor="end" fill="${theme.muted}">${escapeText(tick.label)}</text>`,
      )
  }
  for (const tick of layout.xTicks) {
    const x = round(plot.left + fraction(view.x, tick.at) * plot.width)
    out.push(
      `<path d="M${x} ${plot.top}v${plot.height}" shape-rendering="crispEdges" stroke="${theme.grid}"${tick.label === '' ? ' stroke-opacity="0.5"' : ''}/>`,
    )
    if (tick.label !== '')
      out.push(
        `<text x="${x}" y="${base + 16}" text-anchor="middle" fill="${theme.muted}">${escapeText(tick.label)}</text>`,
      )
    if (tick.sub)
      out.push(
        `<text x="${x}" y="${base + 30}" text-anchor="middle" fill="${theme.muted}">${escapeText(tick.sub)}</text>`,
      )
  }
  out.push(`<path d="M${plot.left} ${base}h${plot.width}" stroke="${theme.axis}"/>`)
  if (scene.looks.y.title !== '')
    out.push(`<text x="8" y="${HEADER / 2 + 4}" fill="${theme.text}">${escapeText(scene.looks.y.title)}</text>`)
  if (scene.looks.x.title !== '') {
    out.push(
      `<text x="${plot.left + plot.width / 2}" y="${scene.height - 4}" text-anchor="middle" fill="${theme.text}">${escapeText(scene.looks.x.title)}</text>`,
    )
  }
  return out
}

/** Path data of a line through the view; bins give four vertices each. */
export function path(c: Columns, plot: Rect, view: View): string {
  const [from, to] = visible(c, view.x)
  const kx = plot.width / (view.x.max - view.x.min)
  const ky = -plot.height / (view.y.max - view.y.min)
  const out: string[] = []
  let open = false
  const vertex = (x: number, y: number) => {
    const px = round(plot.left + (x - view.x.min) * kx)
    const py = round(Math.max(-9999, Math.min(9999, plot.top + (y - view.y.max) * ky)))
    out.push(`${open ? 'L' : 'M'}${px} ${py}`)
    open = true
  }
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(c.yMin[i]) || !Number.isFinite(c.x[i])) {
      open = false
      continue
    }
    if (c.breaks.length > 0 && c.breaks[i] === 1) open = false
    const alone = !open
    const x = (c.x[i] + c.xLast[i]) / 2
    vertex(x, c.yFirst[i])
    if (c.mode === 'bins' && c.yMin[i] !== c.yMax[i]) {
      vertex(x, c.yMin[i])
      vertex(x, c.yMax[i])
      vertex(x, c.yLast[i])
    } else if (alone) out.push('h0')
  }
  return out.join('')
}

function round(v: number): number {
  return Math.round(v * 100) / 100
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

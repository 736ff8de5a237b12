import type { Loaded, TopLine } from '../engine/data'

const HEADER = 'line,context,layer,x,x_last,y,first,min,max,last'

/** Layers of a band. */
const EDGES = ['low', 'high']

/** The loaded points and bins of the shown lines; points fill y, bins the four columns after it. */
export function toCSV(data: Loaded | null, tops: readonly TopLine[]): string {
  const rows = [HEADER]
  for (const { line, layers } of tops) {
    const edges = [line.band?.low, line.band?.high].map((index) =>
      data?.plot.findIndex(({ wire }) => wire.index === index),
    )
    const names = `${quoted(line.label)},${quoted(line.context)}`
    for (const [k, at] of [layers.raw, layers.smoothed, ...edges].entries()) {
      const wire = at === undefined ? undefined : data?.plot[at]?.wire
      if (!wire) continue
      const layer = EDGES[k - 2] ?? wire.layer
      const d = wire.data
      for (let i = 0; i < d.n; i++) {
        rows.push(
          d.mode === 'points'
            ? `${names},${layer},${d.x[i]},,${d.y[i]},,,,`
            : `${names},${layer},${d.x[i]},${d.xLast[i]},,${d.yFirst[i]},${d.yMin[i]},${d.yMax[i]},${d.yLast[i]}`,
        )
      }
    }
  }
  return `${rows.join('\n')}\n`
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

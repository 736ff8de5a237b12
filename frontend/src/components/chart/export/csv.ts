import type { Loaded, TopLine } from '../engine/data'

const HEADER = 'line,context,layer,x,x_last,y,first,min,max,last'

/** The loaded points and bins of the shown lines; points fill y, bins the four columns after it. */
export function toCSV(data: Loaded | null, tops: readonly TopLine[]): string {
  const rows = [HEADER]
  for (const { line, layers } of tops) {
    const names = `${quoted(line.label)},${quoted(line.context)}`
    for (const at of [layers.raw, layers.smoothed]) {
      const wire = data?.plot[at]?.wire
      if (!wire) continue
      const d = wire.data
      for (let i = 0; i < d.n; i++) {
        rows.push(
          d.mode === 'points'
            ? `${names},${wire.layer},${d.x[i]},,${d.y[i]},,,,`
            : `${names},${wire.layer},${d.x[i]},${d.xLast[i]},,${d.yFirst[i]},${d.yMin[i]},${d.yMax[i]},${d.yLast[i]}`,
        )
      }
    }
  }
  return `${rows.join('\n')}\n`
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

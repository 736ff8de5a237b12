import type { AxisRange } from '../props'

/** Ranges on their way to the page and back, at most. */
const MOST = 64

/**
 * Tells a range that the page hands back from one that it sets: the page's
 * render may lag several moves behind the chart's.
 */
export class Echo {
  private sent: (AxisRange | null)[] = []

  send(range: AxisRange | null): void {
    this.sent.push(range)
    if (this.sent.length > MOST) this.sent.shift()
  }

  /** True when the range was sent; forgets it and the ones before. */
  returned(range: AxisRange | null): boolean {
    const at = this.sent.findIndex((sent) => sameRange(sent, range))
    if (at < 0) return false
    this.sent.splice(0, at + 1)
    return true
  }
}

export function sameRange(a: AxisRange | null, b: AxisRange | null): boolean {
  if (!a || !b) return a === b
  return a[0] === b[0] && a[1] === b[1]
}

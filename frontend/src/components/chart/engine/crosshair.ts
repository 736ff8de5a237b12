/** Where the crosshair is, by pointer or by keys, and which point it is at. */
import { type Hit, hitTest } from '../plot/hit'
import type { Rect } from '../plot/layout'
import { fraction, fromScale, span, toScale } from '../plot/scale'
import type { NearestPoint } from '../props'
import type { TopLine } from './data'
import type { ChartModel } from './model'
import { nearestEntry, spoken, tooltipOf, valueAt } from './tooltip-content'

/** CSS pixels within which a line counts as pointed at. */
const REACH = 24

export interface CrosshairHost {
  plot(): Rect | null
  /** The view was moved to keep the crosshair in sight. */
  moved(): void
  say(text: string): void
  /** Something has to be drawn; lines too when another line is lit. */
  redraw(lines: boolean): void
}

export class Crosshair {
  hit: Hit | null = null
  private readonly model: ChartModel
  private readonly host: CrosshairHost
  /** CSS pixels from the chart's corner; null when the pointer is elsewhere. */
  private pointer: { x: number; y: number } | null = null
  private stale = false
  /** Where the keys put it: line and entry. */
  private keyed: { id: string; entry: number } | null = null
  private toldRun: string | null = null

  constructor(model: ChartModel, host: CrosshairHost) {
    this.model = model
    this.host = host
  }

  get top(): TopLine | undefined {
    return this.hit ? this.model.tops[this.hit.line] : undefined
  }

  hover(x: number, y: number): void {
    this.pointer = { x, y }
    this.keyed = null
    this.stale = true
    this.host.redraw(false)
  }

  leave(): void {
    if (!this.pointer && !this.hit && !this.keyed) return
    this.pointer = null
    this.keyed = null
    this.hit = null
    this.tell(null)
    this.host.redraw(true)
  }

  /** The lines or the view changed: what was hit may be elsewhere. */
  invalidate(): void {
    this.stale = true
    const top = this.keyed && this.model.tops.find(({ line }) => line.id === this.keyed?.id)
    if (this.keyed && top) this.hit = this.hitOf(top, Math.min(this.keyed.entry, top.columns.n - 1))
    else if (!this.pointer) this.hit = null
    if (this.hit && this.hit.line >= this.model.tops.length) this.hit = null
  }

  /** At most once a frame: finds what the pointer is at. */
  track(moving: boolean): void {
    const plot = this.host.plot()
    if (!this.stale || moving || !plot) return
    this.stale = false
    if (!this.pointer) return
    const before = this.top
    this.hit = this.test(this.pointer.x, this.pointer.y)
    if (before !== this.top) this.host.redraw(true)
    this.tell(fromScale(this.model.state.xKind, this.scaleX(plot)))
  }

  test(x: number, y: number): Hit | null {
    const plot = this.host.plot()
    if (!plot || !this.model.data) return null
    return hitTest(this.model.columns, this.model.state.view, plot, x - plot.left, y - plot.top, REACH)
  }

  /** x in scale space: the nearest point's, the pointer's, or another chart's; NaN for none. */
  scaleX(plot: Rect): number {
    const { state, props } = this.model
    if (this.hit) return this.hit.x
    if (this.pointer) return state.view.x.min + ((this.pointer.x - plot.left) / plot.width) * span(state.view.x)
    return props.cursorX === null ? Number.NaN : toScale(state.xKind, props.cursorX)
  }

  /** Place in the plot, 0 to 1; the middle when it is nowhere. */
  place(): number {
    const plot = this.host.plot()
    const t = plot ? fraction(this.model.state.view.x, this.scaleX(plot)) : Number.NaN
    return t >= 0 && t <= 1 ? t : 0.5
  }

  /** Moves by entries along its line; the first key only puts it there. */
  step(by: number): void {
    const top = this.keyedTop()
    if (!top) return
    const start = this.keyed?.id === top.line.id ? this.keyed.entry : this.entryHere(top)
    const entry = this.keyed || Math.abs(by) > 1 ? start + by : start
    this.stand(top, Math.max(0, Math.min(top.columns.n - 1, entry)), by < 0 ? -1 : 1)
  }

  /** Goes to the next line above (-1) or below (1) at the crosshair. */
  switchLine(by: -1 | 1): void {
    const current = this.keyedTop()
    if (!current) return
    if (!this.keyed) {
      this.stand(current, this.entryHere(current), 1)
      return
    }
    const x = current.columns.x[this.keyed.entry]
    const byHeight = this.model.tops
      .map((top) => {
        const entry = nearestEntry(top.columns, x)
        return { top, entry, y: top.columns.yLast[entry] }
      })
      .filter(({ y }) => Number.isFinite(y))
      .sort((a, b) => b.y - a.y)
    const i = byHeight.findIndex(({ top }) => top === current)
    const next = byHeight[Math.max(0, Math.min(byHeight.length - 1, i + by))]
    if (next) this.stand(next.top, next.entry, 1)
  }

  private keyedTop(): TopLine | undefined {
    const { tops, props } = this.model
    const id = this.keyed?.id
    return tops.find((top) => top.line.id === id) ?? tops.find((top) => top.line.run === props.highlight) ?? tops[0]
  }

  private entryHere(top: TopLine): number {
    const { view } = this.model.state
    return Math.max(0, nearestEntry(top.columns, view.x.min + this.place() * span(view.x)))
  }

  /** Stands on an entry, or on the next one that way which has a value, and brings it into sight. */
  private stand(top: TopLine, entry: number, way: -1 | 1): void {
    const c = top.columns
    let i = entry
    while (i >= 0 && i < c.n && !Number.isFinite(c.yLast[i])) i += way
    if (i < 0 || i >= c.n) return
    this.keyed = { id: top.line.id, entry: i }
    this.pointer = null
    const { state, data, props } = this.model
    const t = fraction(state.view.x, c.xLast[i])
    if (t < 0 || t > 1) {
      state.panX(t < 0 ? t - 0.1 : t - 0.9)
      this.host.moved()
    }
    this.hit = this.hitOf(top, i)
    this.tell(fromScale(state.xKind, c.xLast[i]))
    if (data) this.host.say(spoken(tooltipOf(data, top, i, props, '')))
    this.host.redraw(true)
  }

  private hitOf(top: TopLine, entry: number): Hit {
    const { columns } = top
    return { line: this.model.tops.indexOf(top), entry, distance: 0, x: columns.xLast[entry], y: columns.yLast[entry] }
  }

  private tell(x: number | null): void {
    const { data, props } = this.model
    const { hit, top } = this
    let nearest: NearestPoint | null = null
    if (hit && top && data) {
      const value = valueAt(data, top, hit.x)
      if (value) nearest = { ...value, run: top.line.run }
    }
    props.onCursor(x, nearest)
    const run = top?.line.run ?? null
    if (run === this.toldRun) return
    this.toldRun = run
    props.onHighlight(run)
  }
}

/** What part of the data is on screen, and how it got there. */
import type { Columns } from '../plot/columns'
import { calmExtent, padded, yExtent } from '../plot/range'
import {
  clampInside,
  fromScale,
  type Interval,
  isInterval,
  pan,
  type ScaleKind,
  toScale,
  type View,
  zoom,
} from '../plot/scale'
import type { AxisRange } from '../props'

/** Room at both ends of the x axis when all is shown, as a share of it. */
const X_ROOM = 0.01
const NOTHING: Interval = { min: 0, max: 1 }

export class ViewState {
  xKind: ScaleKind = 'linear'
  yKind: ScaleKind = 'linear'
  /** In scale space. */
  view: View = { x: NOTHING, y: NOTHING }
  /** All of the data in x, with room around it. */
  limits: Interval = NOTHING
  /** The x axis shows all, whatever that comes to be. */
  allX = true
  /** The y axis is held where a person or the page put it. */
  fixedY = false
  /** Extent of y in sight before outliers were left out; null without data. */
  fullY: Interval | null = null
  /** The y range that fits what is in sight, also while another is held; null without data. */
  bestY: Interval | null = null

  /** Takes note of the data's extent in x (scale space). */
  setExtent(extent: Interval | null): void {
    this.limits = extent ? padded(extent, X_ROOM) : NOTHING
    if (this.allX) this.setX(this.limits)
  }

  /** Shows a range in values, or all. Answers whether that changed anything. */
  showX(range: AxisRange | null): boolean {
    const before = this.view.x
    this.allX = range === null
    const wanted = range === null ? this.limits : this.scaled(range, this.xKind)
    if (!wanted) return false
    this.setX(wanted)
    return before.min !== wanted.min || before.max !== wanted.max
  }

  /** Holds y at a range in values, or lets it follow the data. */
  showY(range: AxisRange | null): void {
    const wanted = range === null ? null : this.scaled(range, this.yKind)
    this.fixedY = wanted !== null
    if (wanted) this.view = { ...this.view, y: wanted }
  }

  zoomX(factor: number, t: number): void {
    const next = zoom(this.view.x, factor, t, this.around())
    this.setX(next)
    this.allX = next.min <= this.limits.min && next.max >= this.limits.max
  }

  panX(share: number): void {
    this.setX(pan(this.view.x, share, this.around()))
  }

  panY(share: number): void {
    const d = share * (this.view.y.max - this.view.y.min)
    this.view = { ...this.view, y: { min: this.view.y.min + d, max: this.view.y.max + d } }
  }

  /** A box in scale space; null for an axis that stays. */
  box(x: Interval | null, y: Interval | null): void {
    if (x && isInterval(x)) {
      this.setX(clampInside(x, this.around()))
      this.allX = false
    }
    if (y && isInterval(y)) {
      this.view = { ...this.view, y }
      this.fixedY = true
    }
  }

  /** Fits y to what is in sight, unless it is held. */
  fitY(columns: readonly Columns[], ignoreOutliers: boolean): void {
    this.fullY = yExtent(columns, this.view.x)
    this.bestY = null
    if (!this.fullY) return
    const extent = ignoreOutliers ? calmExtent(columns, this.view.x, this.fullY) : this.fullY
    const y = padded(extent)
    if (!isInterval(y)) return
    this.bestY = y
    if (!this.fixedY) this.view = { ...this.view, y }
  }

  /** The x range in values as the page keeps it; null for all. */
  xValues(): AxisRange | null {
    if (this.allX) return null
    return [fromScale(this.xKind, this.view.x.min), fromScale(this.xKind, this.view.x.max)]
  }

  yValues(): AxisRange | null {
    if (!this.fixedY) return null
    return [fromScale(this.yKind, this.view.y.min), fromScale(this.yKind, this.view.y.max)]
  }

  /** A range set from outside may lie beyond the data: then it bounds movement too. */
  private around(): Interval {
    return {
      min: Math.min(this.limits.min, this.view.x.min),
      max: Math.max(this.limits.max, this.view.x.max),
    }
  }

  private setX(x: Interval): void {
    this.view = { ...this.view, x }
  }

  private scaled(range: AxisRange, kind: ScaleKind): Interval | null {
    const interval = { min: toScale(kind, range[0]), max: toScale(kind, range[1]) }
    return isInterval(interval) ? interval : null
  }
}

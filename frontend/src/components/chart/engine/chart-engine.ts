/**
 * The chart: keeps the view, asks for data and pictures, draws every frame.
 * Nothing is drawn outside of an animation frame, and nothing in one waits.
 *
 * While the view moves, the last exact picture is drawn through it; the raster
 * worker follows with exact pictures as fast as it can. When the view rests,
 * data is asked for again at the new resolution; what is there stays until the
 * answer comes.
 */

import { toCSV } from '../export/csv'
import { exportPNG } from '../export/png'
import { exportSVG } from '../export/svg'
import { type Hit, hitTest } from '../plot/hit'
import { type Layout, layOut, type Rect } from '../plot/layout'
import { fraction, fromScale, type ScaleKind, sameInterval, span, toScale, type View, widen } from '../plot/scale'
import type { AxisFormat } from '../plot/ticks'
import { formatX } from '../plot/values'
import type { AxisRange, ChartHandle, ChartSummary, CursorValue, ExportTheme, NearestPoint } from '../props'
import type { FrameSpec } from '../raster/protocol'
import type { Frame, RasterQueue } from '../raster/queue'
import { type Loaded, loaded, rescaled, type TopLine, topLines } from './data'
import { drawAxes, drawGrid, labelFont } from './draw-axes'
import {
  drawAxisLabel,
  drawBox,
  drawCrosshair,
  drawDot,
  drawLine,
  drawNonFinite,
  type NonFiniteMark,
  nonFiniteMarks,
} from './draw-marks'
import { attachGestures, type Moves } from './gestures'
import { Loader, type LoadWish } from './loader'
import type { Badge, EngineProps, FrameStats } from './options'
import { frameSpec, OVERSCAN, PictureHolder } from './picture'
import { Stage } from './stage'
import { badgesOf, summarise, summaryText } from './status'
import { DIMMED, LIT_WIDTH, STROKE_WIDTH, strokesOf } from './strokes'
import { type ChartTheme, colourResolver, DARK_THEME, LIGHT_THEME, PRINT_THEME, readTheme } from './theme'
import { Tooltip } from './tooltip'
import { nearestEntry, spoken, tooltipOf, valueAt } from './tooltip-content'
import { ViewState } from './view-state'

/** CSS pixels within which a line counts as pointed at. */
const REACH = 24
/** Lit lines drawn at most. */
const MOST_LIT = 60

/** What the shell shows beside the canvases. */
export interface EngineStatus {
  phase: 'loading' | 'ready' | 'failed'
  message: string
  badges: Badge[]
  description: string
  empty: boolean
}

export class ChartEngine implements ChartHandle {
  private props: EngineProps
  private readonly queue: RasterQueue
  private readonly chart: number
  private readonly stage: Stage
  private readonly tooltip: Tooltip
  private readonly picture = new PictureHolder()
  private readonly state = new ViewState()
  private readonly loader: Loader
  private readonly onStatus: (status: EngineStatus) => void
  private readonly root: HTMLElement
  private readonly detach: (() => void)[] = []

  private theme: ChartTheme
  private colours = new Map<string, string>()
  private data: Loaded | null = null
  private tops: TopLine[] = []
  private layout: Layout | null = null
  private strokes: FrameSpec['strokes'] = []
  private marks: NonFiniteMark[] = []
  private summary: ChartSummary | null = null

  private frameHandle = 0
  private dirtyPlot = false
  private dirtyStatus = false
  private moving = false
  private wanted: FrameSpec | null = null
  private pointer: { x: number; y: number } | null = null
  private hit: Hit | null = null
  private hitStale = false
  /** The tooltip follows arrow keys: line id and entry. */
  private keyed: { id: string; entry: number } | null = null
  private box: Rect | null = null
  private sentX: AxisRange | null | undefined
  private sentY: AxisRange | null | undefined
  private sentHighlight: string | null = null
  private stats_: FrameStats = { frames: 0, drawMilliseconds: 0, lagMilliseconds: 0, exact: false, engine: null }

  constructor(root: HTMLElement, queue: RasterQueue, props: EngineProps, onStatus: (status: EngineStatus) => void) {
    this.root = root
    this.queue = queue
    this.props = props
    this.onStatus = onStatus
    this.stage = new Stage(root)
    this.tooltip = new Tooltip(this.stage.floating)
    this.theme = readTheme(root)
    this.chart = queue.join({
      onFrame: (frame) => this.receive(frame),
      onFailure: (reason) => this.fail(new Error(reason)),
    })
    this.loader = new Loader(
      (wish, signal) => this.props.load({ ...wish, signal }),
      (message, wish) => this.accept(message, wish),
      (error) => this.fail(error),
    )
    this.takeKinds()
    this.state.showX(props.xRange)
    this.state.showY(props.yRange)
    this.detach.push(attachGestures(this.stage.surface, this.moves()))
    this.observe()
    this.onStatus({ phase: 'loading', message: '', badges: [], description: props.description ?? '', empty: false })
  }

  destroy(): void {
    cancelAnimationFrame(this.frameHandle)
    this.loader.cancel()
    for (const undo of this.detach) undo()
    this.queue.leave(this.chart)
    this.picture.drop()
    this.stage.remove()
  }

  stats(): FrameStats {
    const { spec } = this.picture
    return { ...this.stats_, engine: this.queue.engine, exact: spec !== null && spec === this.wanted }
  }

  /* ── what comes from outside ──────────────────────────────────────────── */

  update(props: EngineProps): void {
    const before = this.props
    this.props = props
    const kinds = this.takeKinds()
    if (kinds) this.rescale()
    if (props.lines !== before.lines || props.hidden !== before.hidden) this.takeLines()
    if (!sameRange(props.xRange, before.xRange) && !sameRange(props.xRange, this.sentX)) {
      if (this.state.showX(props.xRange)) this.settleLater()
    }
    this.sentX = undefined
    if (!sameRange(props.yRange, before.yRange) && !sameRange(props.yRange, this.sentY)) {
      this.state.showY(props.yRange)
      this.settle()
    }
    this.sentY = undefined
    if (props.ignoreOutliers !== before.ignoreOutliers) this.settle()
    if (props.dataKey !== before.dataKey || props.load !== before.load) {
      if (props.dataKey !== before.dataKey) this.reload()
    }
    this.invalidate(
      kinds ||
        props.lines !== before.lines ||
        props.hidden !== before.hidden ||
        props.highlight !== before.highlight ||
        props.xLabel !== before.xLabel ||
        props.yLabel !== before.yLabel ||
        props.utc !== before.utc ||
        props.xWhole !== before.xWhole ||
        props.xScale !== before.xScale,
    )
  }

  reload(): void {
    if (this.stage.width > 0) this.loader.now(this.wish())
  }

  exportPNG(scale: number, theme: ExportTheme = 'current'): Promise<Blob> {
    return exportPNG(this.exportScene(theme), scale)
  }

  exportSVG(theme: ExportTheme = 'current'): string {
    return exportSVG(this.exportScene(theme))
  }

  exportCSV(): string {
    return this.data ? toCSV(this.data, this.tops) : toCSV(null, [])
  }

  valuesAt(x: number): CursorValue[] {
    const { data } = this
    if (!data) return []
    const s = toScale(this.state.xKind, x)
    return this.tops.flatMap((top) => valueAt(data, top, s) ?? [])
  }

  /* ── data ─────────────────────────────────────────────────────────────── */

  /** The range and resolution to ask for, for what is in sight. */
  private wish(): LoadWish {
    const { state } = this
    const width = this.plotPixels()
    if (state.allX) return { range: null, width }
    const wide = widen(state.view.x, OVERSCAN)
    return {
      range: [fromScale(state.xKind, wide.min), fromScale(state.xKind, wide.max)],
      width: Math.round(width * (1 + 2 * OVERSCAN)),
    }
  }

  private plotPixels(): number {
    const plot = this.layout?.plot
    return Math.max(1, Math.round((plot ? plot.width : this.stage.width) * this.stage.ratio))
  }

  /** Whether what is in sight could be shown better with new data. */
  private wantsData(): boolean {
    const { data, state } = this
    if (!data) return !this.loader.busy
    if (data.complete) return false
    const covered = data.asked ? data.asked.min <= state.view.x.min && data.asked.max >= state.view.x.max : true
    if (!covered) return true
    const askedSpan = data.asked ? span(data.asked) : span(state.limits)
    const have = data.width / askedSpan
    const need = this.plotPixels() / span(state.view.x)
    return need > have * 1.02 || need < have * 0.5
  }

  private accept(message: ArrayBuffer, wish: LoadWish): void {
    const { state } = this
    const asked = wish.range
      ? { min: toScale(state.xKind, wish.range[0]), max: toScale(state.xKind, wish.range[1]) }
      : null
    try {
      this.data = loaded(message, asked, wish.width, state.xKind, state.yKind)
    } catch (error) {
      this.fail(error)
      return
    }
    this.queue.setData(this.chart, message, state.xKind, state.yKind)
    this.takeData()
  }

  private rescale(): void {
    if (!this.data) return
    const { xKind, yKind } = this.state
    this.data = rescaled(this.data, xKind, yKind)
    this.queue.setScales(this.chart, xKind, yKind)
    this.state.showX(this.props.xRange)
    this.state.showY(this.props.yRange)
    this.takeData()
  }

  private takeData(): void {
    if (!this.data) return
    this.picture.spec = this.picture.spec && this.stillFits(this.picture.spec) ? this.picture.spec : null
    this.wanted = null
    this.state.setExtent(this.data.extent)
    this.takeLines()
  }

  /** A picture made for other scales must not be shown through this view. */
  private stillFits(spec: FrameSpec): boolean {
    return Number.isFinite(spec.view.x.min) && this.kindsOfPicture === this.kindKey()
  }
  private kindsOfPicture = ''
  private kindKey(): string {
    return `${this.state.xKind} ${this.state.yKind}`
  }

  private takeLines(): void {
    const { data, props } = this
    if (!data) return
    const resolver = colourResolver(this.root)
    this.colours = new Map()
    const resolve = (css: string) => {
      let colour = this.colours.get(css)
      if (colour === undefined) {
        colour = resolver.colour(css)
        this.colours.set(css, colour)
      }
      return colour
    }
    this.strokes = strokesOf(data, props.lines, props.hidden, resolve)
    resolver.end()
    this.tops = topLines(data, props.lines, props.hidden)
    this.hitStale = true
    this.settle()
  }

  private takeKinds(): boolean {
    const x: ScaleKind = this.props.xScale === 'log' ? 'log' : 'linear'
    const y: ScaleKind = this.props.yScale
    const changed = x !== this.state.xKind || y !== this.state.yKind
    this.state.xKind = x
    this.state.yKind = y
    return changed
  }

  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : describeError(error)
    this.onStatus({
      phase: this.data ? 'ready' : 'failed',
      message,
      badges: this.summary && this.data ? badgesOf(this.summary, this.data, this.props) : [],
      description: message,
      empty: this.tops.length === 0,
    })
  }

  /* ── view ─────────────────────────────────────────────────────────────── */

  /** Everything that follows from a view at rest. */
  private settle(): void {
    const { state, data } = this
    if (data) {
      state.fitY(
        this.tops.map((top) => top.columns),
        this.props.ignoreOutliers,
      )
    }
    this.hitStale = true
    this.dirtyStatus = true
    this.invalidate(true)
  }

  /** After a move: draw now, settle and load when it rests. */
  private settleLater(): void {
    this.hitStale = true
    this.invalidate(true)
    this.loader.later(() => {
      if (!this.moving) this.settle()
      return this.wantsData() ? this.wish() : null
    })
  }

  private moved(): void {
    this.sentX = this.state.xValues()
    this.props.onXRange(this.sentX)
    this.settleLater()
  }

  private movedY(): void {
    this.sentY = this.state.yValues()
    this.props.onYRange?.(this.sentY)
  }

  private moves(): Moves {
    const plot = () => this.layout?.plot ?? { left: 0, top: 0, width: 0, height: 0 }
    return {
      plot,
      hover: (x, y) => this.hover(x, y),
      leave: () => this.leave(),
      showBox: (box) => {
        this.box = box
        this.invalidate(false)
      },
      zoomBox: (box) => this.zoomBox(box),
      zoomAt: (factor, x) => {
        const t = Number.isNaN(x) ? this.crosshairPlace() : (x - plot().left) / plot().width
        this.state.zoomX(factor, t)
        this.moved()
      },
      panBy: (dx, dy) => {
        this.state.panX(-dx / plot().width)
        if (dy !== 0 && this.state.fixedY) {
          this.state.panY(dy / plot().height)
          this.movedY()
        }
        this.moved()
      },
      reset: () => {
        this.state.showX(null)
        if (this.state.fixedY) {
          this.state.showY(null)
          this.movedY()
        }
        this.moved()
        this.settle()
      },
      pick: (x, y, additive) => {
        const hit = this.test(x, y)
        const top = hit && this.tops[hit.line]
        if (top) this.props.onPick?.(top.line.run, additive)
      },
      step: (by) => this.step(by),
      toEnd: (end) => this.step(end * Number.MAX_SAFE_INTEGER),
      switchLine: (by) => this.switchLine(by),
      cancel: () => {
        this.keyed = null
        this.leave()
      },
      wheelNeedsKey: () => this.props.wheelZoom === 'modifier',
      gesture: (running) => {
        this.moving = running
        this.queue.setPriority(this.chart, running ? 2 : 1)
        if (!running) this.settleLater()
      },
    }
  }

  private zoomBox(box: Rect): void {
    const plot = this.layout?.plot
    if (!plot || (box.width < 3 && box.height < 3)) return
    const { view } = this.state
    const x = (px: number) => view.x.min + ((px - plot.left) / plot.width) * span(view.x)
    const y = (py: number) => view.y.max - ((py - plot.top) / plot.height) * span(view.y)
    const wholeWidth = box.width >= plot.width
    const wholeHeight = box.height >= plot.height
    this.state.box(
      wholeWidth ? null : { min: x(box.left), max: x(box.left + box.width) },
      wholeHeight ? null : { min: y(box.top + box.height), max: y(box.top) },
    )
    if (!wholeHeight) this.movedY()
    this.moved()
  }

  /* ── crosshair ────────────────────────────────────────────────────────── */

  private hover(x: number, y: number): void {
    this.pointer = { x, y }
    this.keyed = null
    this.hitStale = true
    this.invalidate(false)
  }

  private leave(): void {
    if (!this.pointer && !this.hit && !this.keyed) return
    this.pointer = null
    this.keyed = null
    this.hit = null
    this.tell(null, null)
    this.invalidate(false)
  }

  private test(x: number, y: number): Hit | null {
    const plot = this.layout?.plot
    if (!plot || !this.data) return null
    return hitTest(
      this.tops.map((top) => top.columns),
      this.state.view,
      plot,
      x - plot.left,
      y - plot.top,
      REACH,
    )
  }

  /** At most once a frame: what the pointer is at. */
  private track(): void {
    if (!this.hitStale) return
    this.hitStale = false
    const plot = this.layout?.plot
    if (!this.pointer || !plot || this.moving) return
    const started = this.hit
    this.hit = this.test(this.pointer.x, this.pointer.y)
    if ((started === null) !== (this.hit === null) || started?.line !== this.hit?.line) this.dirtyPlot = true
    const { view } = this.state
    const s = view.x.min + ((this.pointer.x - plot.left) / plot.width) * span(view.x)
    this.tell(fromScale(this.state.xKind, this.hit ? this.hit.x : s), this.hit)
  }

  private tell(x: number | null, hit: Hit | null): void {
    const top = hit ? this.tops[hit.line] : undefined
    let nearest: NearestPoint | null = null
    if (hit && top && this.data) {
      const value = valueAt(this.data, top, hit.x)
      if (value) nearest = { ...value, run: top.line.run }
    }
    this.props.onCursor(x, nearest)
    const run = top?.line.run ?? null
    if (run !== this.sentHighlight) {
      this.sentHighlight = run
      this.dirtyPlot = true
      this.props.onHighlight(run)
    }
  }

  /** Moves the keyboard's crosshair along its line. */
  private step(by: number): void {
    const top = this.keyedLine()
    if (!top) return
    const c = top.columns
    let entry = this.keyed?.id === top.line.id ? this.keyed.entry : this.entryAtCrosshair(top)
    entry += this.keyed ? by : Math.abs(by) > 10 ? by : 0
    this.stand(top, Math.max(0, Math.min(c.n - 1, entry)), by)
  }

  private switchLine(by: -1 | 1): void {
    const { data } = this
    const current = this.keyedLine()
    if (!current || !data) return
    if (!this.keyed) {
      this.stand(current, this.entryAtCrosshair(current), 1)
      return
    }
    const x = current.columns.x[this.keyed.entry]
    // By height at the crosshair: up goes to the next line above.
    const heights = this.tops
      .map((top) => {
        const entry = nearestEntry({ wire: data.plot[0].wire, columns: top.columns }, x)
        return { top, entry, y: top.columns.yLast[entry] }
      })
      .filter(({ y }) => Number.isFinite(y))
      .sort((a, b) => b.y - a.y)
    const i = heights.findIndex(({ top }) => top.line.id === current.line.id)
    const next = heights[Math.max(0, Math.min(heights.length - 1, i + by))]
    if (next) this.stand(next.top, next.entry, 1)
  }

  private keyedLine(): TopLine | undefined {
    const id = this.keyed?.id
    return (
      this.tops.find((top) => top.line.id === id) ??
      this.tops.find((top) => top.line.run === this.props.highlight) ??
      this.tops[0]
    )
  }

  private entryAtCrosshair(top: TopLine): number {
    const { view } = this.state
    const s = view.x.min + this.crosshairPlace() * span(view.x)
    return Math.max(0, nearestEntry({ wire: this.data?.plot[0].wire as never, columns: top.columns }, s))
  }

  /** Place of the crosshair in the plot, 0 to 1; the middle when there is none. */
  private crosshairPlace(): number {
    const { view } = this.state
    const x = this.hit
      ? this.hit.x
      : this.props.cursorX === null
        ? Number.NaN
        : toScale(this.state.xKind, this.props.cursorX)
    const t = fraction(view.x, x)
    return t >= 0 && t <= 1 ? t : 0.5
  }

  /** Puts the crosshair on an entry, past those without a value, and scrolls to it. */
  private stand(top: TopLine, entry: number, direction: number): void {
    const c = top.columns
    let i = entry
    const way = direction < 0 ? -1 : 1
    while (i >= 0 && i < c.n && !Number.isFinite(c.yLast[i])) i += way
    if (i < 0 || i >= c.n) i = this.keyed?.entry ?? -1
    if (i < 0 || !Number.isFinite(c.yLast[i])) return
    this.keyed = { id: top.line.id, entry: i }
    this.pointer = null
    const x = c.mode === 'bins' ? c.xLast[i] : c.x[i]
    const t = fraction(this.state.view.x, x)
    if (t < 0 || t > 1) {
      this.state.panX(t < 0 ? t - 0.1 : t - 0.9)
      this.moved()
    }
    const plot = this.layout?.plot
    if (!plot) return
    const { view } = this.state
    this.hit = {
      line: this.tops.indexOf(top),
      entry: i,
      distance: 0,
      x,
      y: c.yLast[i],
      px: fraction(view.x, x) * plot.width,
      py: (1 - fraction(view.y, c.yLast[i])) * plot.height,
    }
    this.dirtyPlot = true
    this.tell(fromScale(this.state.xKind, x), this.hit)
    if (this.data) {
      this.stage.voice.textContent = spoken(tooltipOf(this.data, top, i, this.props, ''))
    }
    this.invalidate(true)
  }

  /* ── frames ───────────────────────────────────────────────────────────── */

  private invalidate(plot: boolean): void {
    if (plot) this.dirtyPlot = true
    if (this.frameHandle === 0) this.frameHandle = requestAnimationFrame(() => this.frame())
  }

  private frame(): void {
    this.frameHandle = 0
    if (this.stage.width === 0 || this.stage.height === 0) return
    this.track()
    if (this.dirtyPlot || !this.layout) {
      this.dirtyPlot = false
      this.computeLayout()
      this.drawPlot()
      this.wantPicture()
    }
    this.drawOverlay()
    if (this.dirtyStatus && !this.moving) {
      this.dirtyStatus = false
      this.tellStatus()
    }
  }

  private computeLayout(): void {
    const { stage, state, props, theme } = this
    const ctx = stage.plot
    ctx.font = labelFont(theme)
    const measure = (text: string) => ctx.measureText(text).width
    this.layout = layOut(
      stage.width,
      stage.height,
      { kind: state.xKind, format: xFormat(props), title: props.xLabel, interval: state.view.x },
      { kind: state.yKind, format: 'number', title: props.yLabel, interval: state.view.y },
      measure,
    )
  }

  private drawPlot(): void {
    const { layout, stage, state, theme, props } = this
    if (!layout) return
    const ctx = stage.plot
    const { ratio } = stage
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
    ctx.clearRect(0, 0, stage.width, stage.height)
    if (this.data?.extent) drawGrid(ctx, layout, state.view, theme, ratio)
    ctx.save()
    ctx.beginPath()
    ctx.rect(layout.plot.left, layout.plot.top, layout.plot.width, layout.plot.height)
    ctx.clip()
    ctx.globalAlpha = this.litRun() === null ? 1 : DIMMED
    this.picture.draw(ctx, state.view, layout.plot, ratio)
    ctx.restore()
    if (this.data?.extent) drawAxes(ctx, layout, state.view, { x: props.xLabel, y: props.yLabel }, theme, ratio)
  }

  /** Run whose lines are lit: the pointer's, else the page's; null when no such line is shown. */
  private litRun(): string | null {
    const pointed = this.hit ? this.tops[this.hit.line]?.line.run : undefined
    const run = pointed ?? this.props.highlight
    return run !== null && this.tops.some((top) => top.line.run === run) ? run : null
  }

  private wantPicture(): void {
    const { layout, data, state, stage } = this
    if (!layout || !data) return
    const spec = frameSpec(state.view, state.limits, layout.plot, stage.ratio, this.strokes, STROKE_WIDTH)
    if (this.wanted && sameSpec(this.wanted, spec)) return
    this.wanted = spec
    this.queue.request(this.chart, spec)
  }

  private receive(frame: Frame): void {
    this.picture.take(frame)
    this.kindsOfPicture = this.kindKey()
    this.stats_.frames++
    this.stats_.drawMilliseconds = frame.milliseconds
    this.stats_.lagMilliseconds = performance.now() - frame.askedAt
    this.invalidate(true)
  }

  private drawOverlay(): void {
    const { layout, stage, state, theme } = this
    if (!layout) return
    const ctx = stage.overlay
    const { ratio } = stage
    const { plot } = layout
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
    ctx.clearRect(0, 0, stage.width, stage.height)
    ctx.save()
    ctx.beginPath()
    ctx.rect(plot.left, plot.top - 1, plot.width, plot.height + 2)
    ctx.clip()
    this.drawLit(ctx, plot)
    drawNonFinite(ctx, this.marks, plot, state.view, theme.background)
    if (this.box) drawBox(ctx, this.box, theme.focus)
    ctx.restore()
    this.drawCursor(ctx, layout)
    this.placePulses(plot)
  }

  private drawLit(ctx: CanvasRenderingContext2D, plot: Rect): void {
    const run = this.litRun()
    if (run === null || !this.data) return
    const lit = this.tops.filter((top) => top.line.run === run).slice(0, MOST_LIT)
    for (const top of lit) {
      const colour = this.colours.get(top.line.colour) ?? top.line.colour
      ctx.strokeStyle = colour
      ctx.fillStyle = colour
      const { raw, smoothed } = top.layers
      if (smoothed >= 0 && raw >= 0) {
        ctx.globalAlpha = 0.3
        drawLine(ctx, this.data.plot[raw].columns, plot, this.state.view, STROKE_WIDTH)
        ctx.globalAlpha = 1
      }
      ctx.setLineDash(top.line.dash)
      drawLine(ctx, top.columns, plot, this.state.view, LIT_WIDTH)
      ctx.setLineDash([])
    }
  }

  private drawCursor(ctx: CanvasRenderingContext2D, layout: Layout): void {
    const { state, props, theme, stage, data } = this
    const { plot } = layout
    const s = this.cursorScale(plot)
    const px = plot.left + fraction(state.view.x, s) * plot.width
    const hit = this.hit
    const top = hit ? this.tops[hit.line] : undefined
    if (!this.box && px >= plot.left && px <= plot.left + plot.width && data?.extent) {
      drawCrosshair(ctx, px, plot, theme.crosshair, stage.ratio)
      ctx.font = labelFont(theme)
      const text = formatX(
        tidy(fromScale(state.xKind, s), state.view, props.xWhole ?? false),
        props.xScale,
        props.utc ?? false,
      )
      drawAxisLabel(ctx, text, px, plot, stage.width, { fill: theme.text, text: theme.background })
    }
    if (!hit || !top || !data || this.moving) {
      this.tooltip.hide()
      return
    }
    const x = plot.left + fraction(state.view.x, hit.x) * plot.width
    const y = plot.top + (1 - fraction(state.view.y, hit.y)) * plot.height
    const colour = this.colours.get(top.line.colour) ?? top.line.colour
    if (y >= plot.top && y <= plot.top + plot.height) drawDot(ctx, x, y, colour, theme.background)
    this.tooltip.show(tooltipOf(data, top, hit.entry, props, colour), x, y, {
      left: 0,
      top: 0,
      width: stage.width,
      height: stage.height,
    })
  }

  /** The crosshair's x in scale space: the nearest point's, the pointer's, or another chart's. */
  private cursorScale(plot: Rect): number {
    if (this.hit) return this.hit.x
    if (this.pointer)
      return this.state.view.x.min + ((this.pointer.x - plot.left) / plot.width) * span(this.state.view.x)
    return this.props.cursorX === null ? Number.NaN : toScale(this.state.xKind, this.props.cursorX)
  }

  private placePulses(plot: Rect): void {
    const at: { x: number; y: number; colour: string }[] = []
    for (const { line, columns } of this.tops) {
      if (!line.live) continue
      let i = columns.n - 1
      while (i >= 0 && !Number.isFinite(columns.yLast[i])) i--
      if (i < 0) continue
      const tx = fraction(this.state.view.x, columns.xLast[i])
      const ty = fraction(this.state.view.y, columns.yLast[i])
      if (!(tx >= 0 && tx <= 1 && ty >= 0 && ty <= 1)) continue
      const colour = this.colours.get(line.colour) ?? line.colour
      at.push({ x: plot.left + tx * plot.width, y: plot.top + (1 - ty) * plot.height, colour })
    }
    this.stage.showPulses(at)
  }

  private tellStatus(): void {
    const { data, state, tops, props, layout } = this
    if (!data || !layout) return
    this.marks = nonFiniteMarks(
      tops.flatMap(({ line, layers }) => {
        const source = data.plot[layers.raw >= 0 ? layers.raw : layers.smoothed]
        return source ? [{ line: source, colour: this.colours.get(line.colour) ?? line.colour }] : []
      }),
      state.view,
      layout.plot,
    )
    const summary = summarise(data, tops, state.view)
    this.summary = summary
    const description = summaryText(props, state.view, tops, summary, { x: state.xKind, y: state.yKind })
    this.stage.surface.setAttribute('aria-label', description)
    this.onStatus({
      phase: 'ready',
      message: '',
      badges: badgesOf(summary, data, props),
      description,
      empty: data.extent === null || tops.length === 0,
    })
    props.onSummary?.(summary)
    this.invalidate(false)
  }

  /* ── the world around ─────────────────────────────────────────────────── */

  private observe(): void {
    const resize = new ResizeObserver(() => this.resized())
    resize.observe(this.root)
    const sight = new IntersectionObserver(([entry]) => {
      this.queue.setPriority(this.chart, entry.isIntersecting ? 1 : 0)
    })
    sight.observe(this.root)
    const theme = new MutationObserver(() => this.themed())
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] })
    const media = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'].map((query) =>
      matchMedia(query),
    )
    const onMedia = () => this.themed()
    for (const list of media) list.addEventListener('change', onMedia)
    // A new device pixel ratio does not change the size of the element.
    const onWindow = () => this.resized()
    window.addEventListener('resize', onWindow)
    this.detach.push(() => {
      resize.disconnect()
      sight.disconnect()
      theme.disconnect()
      for (const list of media) list.removeEventListener('change', onMedia)
      window.removeEventListener('resize', onWindow)
    })
    this.resized()
  }

  private resized(): void {
    const { clientWidth, clientHeight } = this.root
    const first = this.stage.width === 0
    if (!this.stage.resize(clientWidth, clientHeight, window.devicePixelRatio || 1)) return
    if (clientWidth === 0 || clientHeight === 0) return
    this.computeLayout()
    if (first && !this.data) this.loader.now(this.wish())
    else this.settleLater()
    // Resizing cleared the canvases: draw before the next paint, not after it.
    this.drawPlot()
    this.drawOverlay()
    this.invalidate(true)
  }

  private themed(): void {
    this.theme = readTheme(this.root)
    this.takeLines()
    this.invalidate(true)
  }

  private exportScene(theme: ExportTheme) {
    const { state, props, stage } = this
    const themes = { current: this.theme, light: LIGHT_THEME, dark: DARK_THEME, print: PRINT_THEME }
    return {
      width: stage.width,
      height: stage.height,
      view: state.view,
      kinds: { x: state.xKind, y: state.yKind },
      xFormat: xFormat(props),
      title: props.title,
      xLabel: props.xLabel,
      yLabel: props.yLabel,
      theme: themes[theme],
      data: this.data,
      lines: this.tops.map((top) => ({ top, colour: this.colours.get(top.line.colour) ?? top.line.colour })),
      strokes: this.strokes,
    }
  }
}

function xFormat(props: EngineProps): AxisFormat {
  if (props.xScale === 'time') return props.utc ? 'time-utc' : 'time-local'
  if (props.xScale === 'duration') return 'duration'
  return props.xWhole ? 'whole' : 'number'
}

function sameRange(a: AxisRange | null | undefined, b: AxisRange | null | undefined): boolean {
  if (!a || !b) return a === b
  return a[0] === b[0] && a[1] === b[1]
}

function sameSpec(a: FrameSpec, b: FrameSpec): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.strokes === b.strokes &&
    sameInterval(a.view.x, b.view.x) &&
    sameInterval(a.view.y, b.view.y)
  )
}

/** A pointer's x with no more digits than a pixel is worth. */
function tidy(x: number, view: View, whole: boolean): number {
  if (whole) return Math.round(x)
  const pixel = span(view.x) / 2000
  const digits = Math.ceil(-Math.log10(pixel))
  return digits >= 0 && digits < 20 ? Number(x.toFixed(digits)) : Math.round(x)
}

function describeError(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message)
  return String(error)
}

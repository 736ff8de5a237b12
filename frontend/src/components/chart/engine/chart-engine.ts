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
import type { Scene } from '../export/scene'
import { exportSVG } from '../export/svg'
import { type Layout, layOut, type Rect } from '../plot/layout'
import { fromScale, sameInterval, span, toScale } from '../plot/scale'
import type { AxisRange, ChartHandle, ChartSummary, CursorValue, ExportTheme, FrameStats } from '../props'
import type { FrameSpec } from '../raster/protocol'
import type { Frame, RasterQueue } from '../raster/queue'
import { Crosshair } from './crosshair'
import { labelFont } from './draw-axes'
import { drawCursor, drawOverlay, drawPlot, liveEnds } from './draw-chart'
import { type NonFiniteMark, nonFiniteMarks } from './draw-marks'
import { Echo, sameRange } from './echo'
import { attachGestures, type Moves } from './gestures'
import { Loader } from './loader'
import { ChartModel } from './model'
import type { EngineProps, EngineStatus } from './options'
import { frameSpec, PictureHolder } from './picture'
import { Stage } from './stage'
import { badgesOf, summarise, summaryText } from './status'
import { STROKE_WIDTH } from './strokes'
import { watch } from './surroundings'
import { themeNamed } from './theme'
import { Tooltip } from './tooltip'
import { valueAt } from './tooltip-content'

/** Frames whose cost is remembered. */
const REMEMBERED = 240

/** A view in motion gets drafts when whole pictures take longer than this, in milliseconds. */
const DRAFT_ABOVE = 40

export class ChartEngine implements ChartHandle {
  private readonly queue: RasterQueue
  private readonly chart: number
  private readonly root: HTMLElement
  private readonly stage: Stage
  private readonly tooltip: Tooltip
  private readonly model: ChartModel
  private readonly crosshair: Crosshair
  private readonly picture = new PictureHolder()
  private readonly loader: Loader
  private readonly onStatus: (status: EngineStatus) => void
  private readonly echoX = new Echo()
  private readonly echoY = new Echo()
  private readonly detach: (() => void)[]

  private layout: Layout | null = null
  private marks: NonFiniteMark[] = []
  private summary: ChartSummary | null = null
  private box: Rect | null = null
  private frameHandle = 0
  private dirtyPlot = false
  private dirtyStatus = false
  /** A gesture is under way. */
  private moving = false
  private visible = true
  /** The picture asked for last, and the scales of the one that is shown. */
  private wanted: FrameSpec | null = null
  private scalesShown = ''
  private readonly costs: number[] = []
  /** Drawing time of the last picture at full resolution, in milliseconds. */
  private fullCost = 0
  private received = { frames: 0, drawMilliseconds: 0, lagMilliseconds: 0, shownFrom: 0 }

  constructor(root: HTMLElement, queue: RasterQueue, props: EngineProps, onStatus: (status: EngineStatus) => void) {
    this.root = root
    this.queue = queue
    this.onStatus = onStatus
    this.stage = new Stage(root)
    this.stage.surface.setAttribute('aria-label', props.description ?? (props.title || 'Chart'))
    this.tooltip = new Tooltip(this.stage.floating)
    this.model = new ChartModel(root, props)
    this.chart = queue.join({
      onFrame: (frame) => this.receive(frame),
      onFailure: (reason) => this.fail(new Error(reason)),
    })
    this.loader = new Loader(
      (wish, signal) => this.model.props.load({ ...wish, signal }),
      (message, wish) => {
        try {
          this.model.accept(message, wish)
        } catch (error) {
          this.fail(error)
          return
        }
        this.queue.setData(this.chart, message, this.model.state.xKind, this.model.state.yKind)
        this.wanted = null
        this.settle()
      },
      (error) => this.fail(error),
    )
    this.crosshair = new Crosshair(this.model, {
      plot: () => this.layout?.plot ?? null,
      moved: () => this.moved(),
      say: (text) => {
        this.stage.voice.textContent = text
      },
      redraw: (lines) => this.invalidate(lines),
    })
    this.detach = [
      attachGestures(this.stage.surface, this.moves()),
      watch(root, {
        resized: () => this.resized(),
        themed: () => {
          this.model.retheme()
          this.invalidate(true)
        },
        seen: (visible) => {
          this.visible = visible
          this.prioritise()
        },
      }),
    ]
    this.resized()
  }

  destroy(): void {
    cancelAnimationFrame(this.frameHandle)
    this.loader.cancel()
    for (const undo of this.detach) undo()
    this.queue.leave(this.chart)
    this.picture.drop()
    this.stage.remove()
  }

  update(props: EngineProps): void {
    const { model } = this
    const before = model.props
    model.props = props
    const changed = (...keys: (keyof EngineProps)[]) => keys.some((key) => props[key] !== before[key])
    if (model.takeKinds()) {
      model.rescale()
      this.queue.setScales(this.chart, model.state.xKind, model.state.yKind)
      this.wanted = null
      this.settle()
    }
    if (changed('lines', 'hidden')) {
      model.restyle()
      this.settle()
    }
    if (!sameRange(props.xRange, before.xRange) && !this.echoX.returned(props.xRange)) {
      if (model.state.showX(props.xRange)) this.settleLater()
    }
    if (!sameRange(props.yRange, before.yRange) && !this.echoY.returned(props.yRange)) {
      model.state.showY(props.yRange)
      this.settle()
    }
    if (changed('ignoreOutliers', 'description', 'title')) this.settle()
    if (changed('dataKey')) this.reload()
    if (changed('highlight', 'xLabel', 'yLabel', 'xScale', 'utc', 'xWhole')) this.invalidate(true)
    else if (changed('derived')) this.settle()
    else if (changed('cursorX')) this.invalidate(false)
  }

  reload(): void {
    if (this.stage.width > 0) this.loader.now(this.model.wish(this.pixels()))
  }

  exportPNG(scale: number, theme: ExportTheme = 'current'): Promise<Blob> {
    return exportPNG(this.scene(theme), scale)
  }

  exportSVG(theme: ExportTheme = 'current'): string {
    return exportSVG(this.scene(theme))
  }

  exportCSV(): string {
    return toCSV(this.model.data, this.model.tops)
  }

  valuesAt(x: number): CursorValue[] {
    const { data, tops, state } = this.model
    if (!data) return []
    const s = toScale(state.xKind, x)
    return tops.flatMap((top) => valueAt(data, top, s) ?? [])
  }

  stats(): FrameStats {
    const { spec } = this.picture
    const exact = spec !== null && spec === this.wanted && !this.dirtyPlot
    return { ...this.received, engine: this.queue.engine, exact, costs: [...this.costs] }
  }

  /* ── view ─────────────────────────────────────────────────────────────── */

  /** Everything that follows from a view at rest. */
  private settle(): void {
    this.model.fit()
    this.crosshair.invalidate()
    this.dirtyStatus = true
    this.invalidate(true)
  }

  /** After a move: draw now; settle, and load if need be, when it rests. */
  private settleLater(): void {
    this.crosshair.invalidate()
    this.invalidate(true)
    this.loader.later(() => {
      if (!this.moving) this.settle()
      const pixels = this.pixels()
      return this.model.wantsData(pixels) ? this.model.wish(pixels) : null
    })
  }

  private moved(): void {
    const range = this.model.state.xValues()
    this.echoX.send(range)
    this.model.props.onXRange(range)
    this.settleLater()
  }

  private movedY(): void {
    const range = this.model.state.yValues()
    if (!this.model.props.onYRange) return
    this.echoY.send(range)
    this.model.props.onYRange(range)
  }

  private moves(): Moves {
    const { state } = this.model
    const plot = () => this.layout?.plot ?? { left: 0, top: 0, width: 0, height: 0 }
    return {
      plot,
      hover: (x, y) => this.crosshair.hover(x, y),
      leave: () => this.crosshair.leave(),
      showBox: (box) => {
        this.box = box
        this.invalidate(false)
      },
      zoomBox: (box) => this.zoomBox(box, plot()),
      zoomAt: (factor, x) => {
        state.zoomX(factor, Number.isNaN(x) ? this.crosshair.place() : (x - plot().left) / plot().width)
        this.moved()
      },
      panBy: (dx, dy) => {
        state.panX(-dx / plot().width)
        if (dy !== 0 && state.fixedY) {
          state.panY(dy / plot().height)
          this.movedY()
        }
        this.moved()
      },
      reset: () => {
        state.showX(null)
        if (state.fixedY) {
          state.showY(null)
          this.movedY()
        }
        this.moved()
        this.settle()
      },
      pick: (x, y, additive) => {
        const hit = this.crosshair.test(x, y)
        if (hit) this.model.props.onPick?.(this.model.tops[hit.line].line.run, additive)
      },
      step: (by) => this.crosshair.step(by),
      toEnd: (end) => this.crosshair.step(end * Number.MAX_SAFE_INTEGER),
      switchLine: (by) => this.crosshair.switchLine(by),
      cancel: () => this.crosshair.leave(),
      wheelNeedsKey: () => this.model.props.wheelZoom === 'modifier',
      gesture: (running) => {
        this.moving = running
        this.prioritise()
        if (!running) this.settleLater()
      },
    }
  }

  private zoomBox(box: Rect, plot: Rect): void {
    if (box.width < 3 || box.height < 3) return
    const { view } = this.model.state
    const x = (px: number) => view.x.min + ((px - plot.left) / plot.width) * span(view.x)
    const y = (py: number) => view.y.max - ((py - plot.top) / plot.height) * span(view.y)
    const allX = box.width >= plot.width
    const allY = box.height >= plot.height
    this.model.state.box(
      allX ? null : { min: x(box.left), max: x(box.left + box.width) },
      allY ? null : { min: y(box.top + box.height), max: y(box.top) },
    )
    if (!allY) this.movedY()
    this.moved()
  }

  /* ── frames ───────────────────────────────────────────────────────────── */

  private invalidate(plot: boolean): void {
    if (plot) this.dirtyPlot = true
    if (this.frameHandle === 0) this.frameHandle = requestAnimationFrame(() => this.frame())
  }

  private frame(): void {
    const { stage, model } = this
    if (stage.width === 0 || stage.height === 0) {
      this.frameHandle = 0
      return
    }
    const start = performance.now()
    try {
      // What tracking finds is drawn by this very frame.
      this.crosshair.track(this.moving)
    } finally {
      this.frameHandle = 0
    }
    const lit = model.litRun(this.crosshair.top)
    if (this.dirtyPlot || !this.layout) {
      this.dirtyPlot = false
      this.layout = this.computeLayout()
      drawPlot(stage, model, this.layout, this.picture, lit)
      this.wantPicture(this.layout)
    }
    this.drawOver(this.layout, lit)
    if (this.dirtyStatus && !this.moving) {
      this.dirtyStatus = false
      this.tellStatus(this.layout)
    }
    this.costs.push(performance.now() - start)
    if (this.costs.length > REMEMBERED) this.costs.shift()
  }

  private drawOver(layout: Layout, lit: string | null): void {
    const { stage, model } = this
    drawOverlay(stage, model, layout, this.marks, lit, this.box)
    if (!this.box && !this.moving) drawCursor(stage, model, layout, this.crosshair, this.tooltip)
    else this.tooltip.hide()
    stage.showPulses(liveEnds(model, layout.plot, lit))
  }

  private computeLayout(): Layout {
    const { stage, model } = this
    const ctx = stage.plot
    ctx.font = labelFont(model.theme)
    const { x, y } = model.looks()
    return layOut(stage.width, stage.height, x, y, (text) => ctx.measureText(text).width)
  }

  private wantPicture({ plot }: Layout): void {
    const { model, stage } = this
    if (!model.data) return
    const { view, limits } = model.state
    const draft = this.moving && this.fullCost > DRAFT_ABOVE
    const spec = frameSpec(view, limits, plot, stage.ratio, model.strokes, STROKE_WIDTH, draft)
    if (this.wanted && sameSpec(this.wanted, spec)) return
    this.wanted = spec
    // A picture made for other scales must not be seen through this view.
    if (this.scalesShown !== this.scales()) this.picture.drop()
    this.queue.request(this.chart, spec)
  }

  private scales(): string {
    return `${this.model.state.xKind} ${this.model.state.yKind}`
  }

  private receive(frame: Frame): void {
    this.picture.take(frame)
    this.scalesShown = this.scales()
    if (!frame.spec.draft) this.fullCost = frame.milliseconds
    this.received = {
      frames: this.received.frames + 1,
      drawMilliseconds: frame.milliseconds,
      lagMilliseconds: performance.now() - frame.askedAt,
      shownFrom: frame.askedAt,
    }
    this.invalidate(true)
  }

  private resized(): void {
    const { stage, model } = this
    const { clientWidth, clientHeight } = this.root
    const first = stage.width === 0
    if (!stage.resize(clientWidth, clientHeight, window.devicePixelRatio || 1)) return
    if (clientWidth === 0 || clientHeight === 0) return
    this.layout = this.computeLayout()
    if (first && !model.data) this.reload()
    else this.settleLater()
    // Resizing cleared the canvases: draw before the next paint, not after it.
    const lit = model.litRun(this.crosshair.top)
    drawPlot(stage, model, this.layout, this.picture, lit)
    this.drawOver(this.layout, lit)
    this.invalidate(true)
  }

  private pixels(): number {
    const width = this.layout?.plot.width ?? this.stage.width
    return Math.max(1, Math.round(width * this.stage.ratio))
  }

  private prioritise(): void {
    this.queue.setPriority(this.chart, this.moving ? 2 : this.visible ? 1 : 0)
  }

  /* ── what is told ─────────────────────────────────────────────────────── */

  private tellStatus({ plot }: Layout): void {
    const { model, stage } = this
    const { data, state, tops, props } = model
    if (!data) return
    const shown = tops.map(({ line, layers }) => ({
      line: data.plot[layers.raw >= 0 ? layers.raw : layers.smoothed],
      colour: model.colourOf(line),
      run: line.run,
    }))
    this.marks = nonFiniteMarks(shown, state.view, plot)
    const { bestY } = state
    const fitY: AxisRange | null = bestY && [fromScale(state.yKind, bestY.min), fromScale(state.yKind, bestY.max)]
    const summary = { ...summarise(data, tops, state.view), fitY }
    this.summary = summary
    stage.surface.setAttribute('aria-label', summaryText(props, state, tops, summary))
    this.onStatus({ phase: 'ready', message: '', badges: badgesOf(summary, data, props), empty: tops.length === 0 })
    props.onSummary?.(summary)
    this.invalidate(false)
  }

  private fail(error: unknown): void {
    const { data, props, tops } = this.model
    this.onStatus({
      phase: 'failed',
      message: reason(error),
      badges: this.summary && data ? badgesOf(this.summary, data, props) : [],
      empty: tops.length === 0,
    })
  }

  private scene(theme: ExportTheme): Scene {
    const { model, stage } = this
    return {
      width: stage.width,
      height: stage.height,
      view: model.state.view,
      looks: model.looks(),
      title: model.props.title,
      theme: themeNamed(theme, model.theme),
      data: model.data,
      lines: model.tops.map((top) => ({ top, colour: model.colourOf(top.line) })),
      strokes: model.strokes,
    }
  }
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

/** Errors of the program are plain objects with a message. */
function reason(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message)
  return String(error)
}

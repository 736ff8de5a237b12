/** What a chart shows: the data, the part in sight, and how each line looks. Draws nothing. */
import type { Columns } from '../plot/columns'
import { fromScale, type Interval, type ScaleKind, span, toScale, widen } from '../plot/scale'
import type { AxisFormat } from '../plot/ticks'
import type { ChartLine } from '../props'
import type { Stroke } from '../raster/protocol'
import { type Loaded, lightsUp, loaded, rescaled, type TopLine, topLines } from './data'
import type { LoadWish } from './loader'
import type { EngineProps } from './options'
import { OVERSCAN } from './picture'
import { strokesOf } from './strokes'
import { type ChartTheme, colourResolver, readTheme } from './theme'
import { ViewState } from './view-state'

export class ChartModel {
  readonly state = new ViewState()
  props: EngineProps
  /** The props that name the x axis of the data on screen: new ones hold once their data is there. */
  private axis: EngineProps
  theme: ChartTheme
  data: Loaded | null = null
  /** Lines that are shown, and their columns, in drawing order. */
  tops: TopLine[] = []
  columns: Columns[] = []
  /** What the y axis fits: the lines and the edges of their bands. */
  private fitted: Columns[] = []
  strokes: (Stroke | null)[] = []
  private colours = new Map<string, string>()
  private readonly root: HTMLElement

  constructor(root: HTMLElement, props: EngineProps) {
    this.root = root
    this.props = props
    this.axis = props
    this.theme = readTheme(root)
    this.takeKinds()
    this.state.showX(props.xRange)
    this.state.showY(props.yRange)
  }

  /** Follows the props' scales; answers whether they changed. */
  takeKinds(): boolean {
    const x: ScaleKind = this.props.xScale === 'log' ? 'log' : 'linear'
    const y: ScaleKind = this.props.yScale
    const changed = x !== this.state.xKind || y !== this.state.yKind
    this.state.xKind = x
    this.state.yKind = y
    return changed
  }

  /** Takes an answer; throws when it is not one, leaving what was there. */
  accept(message: ArrayBuffer, wish: LoadWish): void {
    const { state } = this
    const asked = wish.range && {
      min: toScale(state.xKind, wish.range[0]),
      max: toScale(state.xKind, wish.range[1]),
    }
    this.data = loaded(message, asked, wish.width, state.xKind, state.yKind)
    this.axis = this.props
    state.setExtent(this.data.extent)
    this.restyle()
  }

  /** Moves the data to the scales of the props. */
  rescale(): void {
    const { state, props } = this
    if (this.data) {
      this.data = rescaled(this.data, state.xKind, state.yKind)
      state.setExtent(this.data.extent)
    }
    state.showX(props.xRange)
    state.showY(props.yRange)
    this.restyle()
  }

  /** Works out anew which lines are shown, and in what colours. */
  restyle(): void {
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
    this.strokes = strokesOf(data, props.lines, props.hidden, this.theme, resolve)
    resolver.end()
    this.tops = topLines(data, props.lines, props.hidden)
    this.columns = this.tops.map((top) => top.columns)
    this.fitted = this.tops.flatMap(({ columns, band }) => (band ? [columns, band.low, band.high] : [columns]))
  }

  retheme(): void {
    this.theme = readTheme(this.root)
    this.restyle()
  }

  /** Fits y to what is in sight, unless it is held. */
  fit(): void {
    this.state.fitY(this.fitted, this.props.ignoreOutliers)
  }

  colourOf(line: ChartLine): string {
    return this.colours.get(line.colour) ?? line.colour
  }

  /** The range to ask for, for what is in sight on so many device pixels. */
  wish(pixels: number): LoadWish {
    const { state } = this
    if (state.allX) return { range: null, width: pixels }
    const wide = widen(state.view.x, OVERSCAN)
    return {
      range: [fromScale(state.xKind, wide.min), fromScale(state.xKind, wide.max)],
      width: Math.round(pixels * (1 + 2 * OVERSCAN)),
    }
  }

  /** Whether what is in sight could be shown better with new data. */
  wantsData(pixels: number): boolean {
    const { data, state } = this
    if (!data) return true
    if (data.complete) return false
    const { asked } = data
    const { x } = state.view
    if (asked && (asked.min > x.min || asked.max < x.max)) return true
    const have = data.width / span(asked ?? state.limits)
    const need = pixels / span(x)
    return need > have * 1.02 || need < have * 0.5
  }

  /** Run whose lines are lit: the pointer's, else the page's; null when none of its lines is shown. */
  litRun(pointed: TopLine | undefined): string | null {
    const run = pointed?.line.run ?? this.props.highlight
    return run !== null && this.tops.some((top) => lightsUp(top.line, run)) ? run : null
  }

  looks(): { x: Look; y: Look } {
    const { state, props } = this
    if (this.axis.dataKey === props.dataKey) this.axis = props
    return {
      x: { kind: state.xKind, format: xFormat(this.axis), title: this.axis.xLabel, interval: state.view.x },
      y: { kind: state.yKind, format: 'number', title: props.yLabel, interval: state.view.y },
    }
  }
}

interface Look {
  kind: ScaleKind
  format: AxisFormat
  title: string
  interval: Interval
}

function xFormat(props: EngineProps): AxisFormat {
  if (props.xScale === 'time') return props.utc ? 'time-utc' : 'time-local'
  if (props.xScale === 'duration') return 'duration'
  return props.xWhole ? 'whole' : 'number'
}

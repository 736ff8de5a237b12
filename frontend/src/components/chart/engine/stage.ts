/** The elements a chart is made of: two canvases and what floats over them. */

/** Pulses shown at most: each is an element of its own. */
const MOST_PULSES = 40

export class Stage {
  /** Grid, lines, axes. */
  readonly plot: CanvasRenderingContext2D
  /** Crosshair, lit lines, marks, box. */
  readonly overlay: CanvasRenderingContext2D
  /** Receives the focus and all gestures. */
  readonly surface: HTMLDivElement
  /** Read out by screen readers. */
  readonly voice: HTMLDivElement
  readonly floating: HTMLDivElement
  private readonly pulses: HTMLDivElement
  width = 0
  height = 0
  ratio = 1

  constructor(root: HTMLElement) {
    this.surface = div('chart-surface', root)
    this.plot = canvas(this.surface)
    this.pulses = div('chart-pulses', this.surface)
    this.overlay = canvas(this.surface)
    this.floating = div('chart-floating', root)
    this.voice = div('chart-voice', root)
    this.voice.setAttribute('aria-live', 'polite')
    this.surface.tabIndex = 0
    this.surface.setAttribute('role', 'img')
    this.surface.setAttribute('aria-roledescription', 'line chart')
    this.surface.setAttribute('aria-keyshortcuts', 'ArrowLeft ArrowRight ArrowUp ArrowDown Home End + - 0')
  }

  /** Follows the size of the element; answers whether anything changed. */
  resize(width: number, height: number, ratio: number): boolean {
    if (width === this.width && height === this.height && ratio === this.ratio) return false
    this.width = width
    this.height = height
    this.ratio = ratio
    for (const { canvas } of [this.plot, this.overlay]) {
      canvas.width = Math.max(1, Math.round(width * ratio))
      canvas.height = Math.max(1, Math.round(height * ratio))
      canvas.style.width = `${width}px`
      canvas.style.height = `${height}px`
    }
    return true
  }

  showPulses(at: readonly { x: number; y: number; colour: string }[]): void {
    const shown = Math.min(at.length, MOST_PULSES)
    while (this.pulses.childElementCount > shown) this.pulses.lastElementChild?.remove()
    while (this.pulses.childElementCount < shown) div('chart-pulse', this.pulses)
    for (let i = 0; i < shown; i++) {
      const node = this.pulses.children[i] as HTMLElement
      node.style.transform = `translate(${at[i].x}px, ${at[i].y}px)`
      node.style.setProperty('--pulse', at[i].colour)
    }
  }

  remove(): void {
    for (const node of [this.surface, this.floating, this.voice]) node.remove()
  }
}

function div(className: string, parent: HTMLElement): HTMLDivElement {
  const node = document.createElement('div')
  node.className = className
  parent.append(node)
  return node
}

function canvas(parent: HTMLElement): CanvasRenderingContext2D {
  const node = document.createElement('canvas')
  parent.append(node)
  const context = node.getContext('2d')
  if (!context) throw new Error('open chart: no 2D canvas')
  return context
}

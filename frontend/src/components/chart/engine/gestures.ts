/** Turns pointer, wheel and key events into moves of the chart. */
import type { Rect } from '../plot/layout'

/** What gestures do. Places are CSS pixels from the chart's top left corner. */
export interface Moves {
  plot(): Rect
  hover(x: number, y: number): void
  leave(): void
  /** The rectangle being drawn, or null when it is over. */
  showBox(box: Rect | null): void
  zoomBox(box: Rect): void
  zoomAt(factor: number, x: number): void
  panBy(dx: number, dy: number): void
  reset(): void
  pick(x: number, y: number, additive: boolean): void
  /** Moves the crosshair by entries of the lit line; or to an end of it. */
  step(by: number): void
  toEnd(end: -1 | 1): void
  /** Lights the next line up (-1) or down (1) at the crosshair. */
  switchLine(by: -1 | 1): void
  cancel(): void
  wheelNeedsKey(): boolean
  gesture(running: boolean): void
}

/** A press that moves less than this is a click. */
const SLOP = 4
/** A box thinner than this zooms the other axis only. */
const THIN = 12

interface Drag {
  pointer: number
  kind: 'box' | 'pan'
  x: number
  y: number
  lastX: number
  lastY: number
  moved: boolean
}

/** Attaches to an element; answers how to detach. */
export function attachGestures(element: HTMLElement, moves: Moves): () => void {
  let drag: Drag | null = null
  let wheelEnd: ReturnType<typeof setTimeout> | null = null

  const place = (event: MouseEvent) => {
    const box = element.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  const end = () => {
    if (!drag) return
    if (drag.kind === 'box') moves.showBox(null)
    if (element.hasPointerCapture?.(drag.pointer)) element.releasePointerCapture(drag.pointer)
    drag = null
    element.classList.remove('chart-panning')
    moves.gesture(false)
  }

  const onDown = (event: PointerEvent) => {
    const { x, y } = place(event)
    const panning = event.button === 1 || (event.button === 0 && event.shiftKey)
    if (drag || (event.button !== 0 && !panning) || !inside(moves.plot(), x, y)) return
    if (event.button === 1) event.preventDefault()
    drag = { pointer: event.pointerId, kind: panning ? 'pan' : 'box', x, y, lastX: x, lastY: y, moved: false }
    element.setPointerCapture?.(event.pointerId)
    if (panning) element.classList.add('chart-panning')
  }

  const onMove = (event: PointerEvent) => {
    const { x, y } = place(event)
    if (!drag) {
      if (inside(moves.plot(), x, y)) moves.hover(x, y)
      else moves.leave()
      return
    }
    if (!drag.moved && Math.hypot(x - drag.x, y - drag.y) < SLOP) return
    if (!drag.moved) {
      drag.moved = true
      moves.leave()
      moves.gesture(true)
    }
    if (drag.kind === 'pan') moves.panBy(x - drag.lastX, y - drag.lastY)
    else moves.showBox(boxOf(drag, x, y, moves.plot()))
    drag.lastX = x
    drag.lastY = y
  }

  const onUp = (event: PointerEvent) => {
    if (!drag || event.pointerId !== drag.pointer) return
    const { x, y } = place(event)
    const done = drag
    end()
    if (!done.moved) {
      if (event.button === 0) moves.pick(x, y, event.ctrlKey || event.metaKey || event.shiftKey)
      return
    }
    if (done.kind === 'box') moves.zoomBox(boxOf(done, x, y, moves.plot()))
    moves.hover(x, y)
  }

  const onWheel = (event: WheelEvent) => {
    const { x, y } = place(event)
    if (!inside(moves.plot(), x, y)) return
    const held = event.ctrlKey || event.altKey || event.metaKey
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
    if (moves.wheelNeedsKey() && !held && !sideways) return
    event.preventDefault()
    moves.gesture(true)
    if (wheelEnd !== null) clearTimeout(wheelEnd)
    wheelEnd = setTimeout(() => moves.gesture(false), 120)
    const unit = event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 300 : 1
    if (sideways || (event.shiftKey && !held)) {
      moves.panBy(-(sideways ? event.deltaX : event.deltaY) * unit, 0)
      return
    }
    // A pinch arrives as a wheel with Ctrl and small steps.
    const rate = event.ctrlKey && Math.abs(event.deltaY) < 50 ? 0.01 : 0.0016
    const turn = Math.max(-240, Math.min(240, event.deltaY * unit))
    moves.zoomAt(Math.exp(turn * rate), x)
  }

  const onDouble = (event: MouseEvent) => {
    const { x, y } = place(event)
    if (inside(moves.plot(), x, y)) moves.reset()
  }

  const onLeave = () => {
    if (!drag) moves.leave()
  }

  const onKey = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return
    if (event.key === 'Escape' && drag) {
      end()
      event.preventDefault()
      return
    }
    if (keyMove(event, moves)) {
      event.preventDefault()
      event.stopPropagation()
    }
  }

  const listeners: [string, EventListener, AddEventListenerOptions?][] = [
    ['pointerdown', onDown as EventListener],
    ['pointermove', onMove as EventListener],
    ['pointerup', onUp as EventListener],
    ['pointercancel', end],
    ['lostpointercapture', end],
    ['pointerleave', onLeave],
    ['blur', onLeave],
    ['wheel', onWheel as EventListener, { passive: false }],
    ['dblclick', onDouble as EventListener],
    ['keydown', onKey as EventListener],
  ]
  for (const [type, listener, options] of listeners) element.addEventListener(type, listener, options)
  return () => {
    if (wheelEnd !== null) clearTimeout(wheelEnd)
    for (const [type, listener, options] of listeners) element.removeEventListener(type, listener, options)
  }
}

/** Does what a key stands for; false when it stands for nothing. */
function keyMove(event: KeyboardEvent, moves: Moves): boolean {
  const { plot } = moves
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const by = event.key === 'ArrowLeft' ? -1 : 1
      if (event.shiftKey) moves.panBy(-by * plot().width * 0.1, 0)
      else moves.step(by)
      return true
    }
    case 'ArrowUp':
      moves.switchLine(-1)
      return true
    case 'ArrowDown':
      moves.switchLine(1)
      return true
    case 'PageUp':
    case 'PageDown':
      moves.step(event.key === 'PageUp' ? -10 : 10)
      return true
    case 'Home':
      moves.toEnd(-1)
      return true
    case 'End':
      moves.toEnd(1)
      return true
    case '+':
    case '=':
      moves.zoomAt(1 / 1.5, Number.NaN)
      return true
    case '-':
    case '_':
      moves.zoomAt(1.5, Number.NaN)
      return true
    case '0':
      moves.reset()
      return true
    case 'Escape':
      moves.cancel()
      return true
    default:
      return false
  }
}

function inside(plot: Rect, x: number, y: number): boolean {
  return x >= plot.left && x <= plot.left + plot.width && y >= plot.top && y <= plot.top + plot.height
}

/** The dragged rectangle; a thin one spans the axis it does not zoom. */
export function boxOf(from: { x: number; y: number }, x: number, y: number, plot: Rect): Rect {
  const right = plot.left + plot.width
  const bottom = plot.top + plot.height
  const cx = Math.min(Math.max(x, plot.left), right)
  const cy = Math.min(Math.max(y, plot.top), bottom)
  const box = {
    left: Math.min(from.x, cx),
    top: Math.min(from.y, cy),
    width: Math.abs(cx - from.x),
    height: Math.abs(cy - from.y),
  }
  if (box.height < THIN && box.width >= box.height) return { ...box, top: plot.top, height: plot.height }
  if (box.width < THIN) return { ...box, left: plot.left, width: plot.width }
  return box
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pointLine } from '../../../backend/series/encode'
import { toColumns } from '../plot/columns'
import type { FrameSpec, FromWorker, ToWorker } from '../raster/protocol'
import { type Frame, RasterQueue } from '../raster/queue'
import { Echo } from './echo'
import { boxOf } from './gestures'
import { Loader, REST } from './loader'
import { frameSpec, placeFrame } from './picture'
import { ViewState } from './view-state'

describe('ViewState', () => {
  const columns = [
    toColumns(pointLine(0, Float64Array.of(0, 50, 100), Float64Array.of(0, 10, 1000)), 'linear', 'linear'),
  ]
  const make = () => {
    const state = new ViewState()
    state.setExtent({ min: 0, max: 100 })
    state.fitY(columns, false)
    return state
  }

  it('shows all with some room, and says so with null', () => {
    const state = make()
    expect(state.view.x).toEqual({ min: -1, max: 101 })
    expect(state.xValues()).toBeNull()
    expect(state.yValues()).toBeNull()
  })

  it('fits y to what is in sight', () => {
    const state = make()
    state.showX([0, 60])
    state.fitY(columns, false)
    expect(state.view.y.max).toBeLessThan(11)
  })

  it('keeps y where a box put it until it is released', () => {
    const state = make()
    state.box({ min: 10, max: 20 }, { min: 5, max: 6 })
    state.fitY(columns, false)
    expect(state.view.y).toEqual({ min: 5, max: 6 })
    expect(state.xValues()).toEqual([10, 20])
    state.showY(null)
    state.fitY(columns, false)
    expect(state.view.y.max).toBeGreaterThan(6)
  })

  it('is whole again after zooming out', () => {
    const state = make()
    state.zoomX(0.5, 0.5)
    expect(state.xValues()).not.toBeNull()
    state.zoomX(8, 0.5)
    expect(state.xValues()).toBeNull()
  })

  it('grows with live data while all is shown, and stays while it is not', () => {
    const state = make()
    state.setExtent({ min: 0, max: 200 })
    expect(state.view.x.max).toBe(202)
    state.showX([10, 20])
    state.setExtent({ min: 0, max: 300 })
    expect(state.view.x).toEqual({ min: 10, max: 20 })
  })

  it('hands out values, not logarithms', () => {
    const state = new ViewState()
    state.xKind = 'log'
    state.setExtent({ min: 0, max: 4 })
    state.showX([10, 1000])
    expect(state.view.x).toEqual({ min: 1, max: 3 })
    expect(state.xValues()).toEqual([10, 1000])
  })
})

describe('Echo', () => {
  it('knows its own ranges when they come back late, and no others', () => {
    const echo = new Echo()
    echo.send([0, 1])
    echo.send([0, 2])
    echo.send(null)
    expect(echo.returned([0, 2])).toBe(true)
    expect(echo.returned([0, 1])).toBe(false)
    expect(echo.returned([5, 6])).toBe(false)
    expect(echo.returned(null)).toBe(true)
    expect(echo.returned(null)).toBe(false)
  })
})

describe('pictures', () => {
  const plot = { left: 40, top: 20, width: 800, height: 400 }
  const view = { x: { min: 100, max: 200 }, y: { min: 0, max: 1 } }
  const limits = { min: 0, max: 1000 }

  it('lie exactly on the view they were made for, with room at the sides', () => {
    const spec = frameSpec(view, limits, plot, 2, [], 1.5)
    expect(spec.width).toBe(1600 + 2 * 240)
    const at = placeFrame(spec.view, view, plot)
    expect(at.left).toBeCloseTo(40 - 120)
    expect(at.width).toBeCloseTo(1040)
    expect([at.top, at.height]).toEqual([20, 400])
  })

  it('have no room where there is nothing more', () => {
    expect(frameSpec({ ...view, x: limits }, limits, plot, 1, [], 1.5).width).toBe(800)
  })

  it('move and stretch with the view', () => {
    const spec = frameSpec({ ...view, x: limits }, limits, plot, 1, [], 1.5)
    const at = placeFrame(spec.view, { x: { min: 500, max: 1000 }, y: { min: 0, max: 2 } }, plot)
    expect(at).toEqual({ left: 40 - 800, top: 220, width: 1600, height: 200 })
  })

  it('are half as fine while drafts', () => {
    const spec = frameSpec(view, limits, plot, 2, [], 1.5, true)
    expect([spec.width, spec.height, spec.ratio]).toEqual([1040, 400, 1])
  })
})

describe('boxOf', () => {
  const plot = { left: 0, top: 0, width: 800, height: 400 }
  it('zooms both axes, or one when it is thin', () => {
    expect(boxOf({ x: 100, y: 100 }, 200, 180, plot)).toEqual({ left: 100, top: 100, width: 100, height: 80 })
    expect(boxOf({ x: 100, y: 100 }, 200, 105, plot)).toEqual({ left: 100, top: 0, width: 100, height: 400 })
    expect(boxOf({ x: 100, y: 100 }, 103, 180, plot)).toEqual({ left: 0, top: 100, width: 800, height: 80 })
  })
  it('ends at the edge of the plot', () => {
    expect(boxOf({ x: 700, y: 300 }, 2000, 2000, plot)).toEqual({ left: 700, top: 300, width: 100, height: 100 })
  })
})

describe('Loader', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('asks once after a rest, and drops what was overtaken', async () => {
    const answers: ((message: ArrayBuffer) => void)[] = []
    const signals: AbortSignal[] = []
    const load = vi.fn((_: unknown, signal: AbortSignal) => {
      signals.push(signal)
      return new Promise<ArrayBuffer>((resolve) => answers.push(resolve))
    })
    const done = vi.fn()
    const loader = new Loader(load, done, () => {})
    loader.now({ range: null, width: 100 })
    for (let i = 0; i < 5; i++) {
      loader.later(() => ({ range: [i, i + 1], width: 100 }))
      await vi.advanceTimersByTimeAsync(REST / 2)
    }
    await vi.advanceTimersByTimeAsync(REST)
    expect(load).toHaveBeenCalledTimes(2)
    expect(signals[0].aborted).toBe(true)
    answers[0](new ArrayBuffer(1))
    answers[1](new ArrayBuffer(2))
    await vi.advanceTimersByTimeAsync(0)
    expect(done.mock.calls.map(([message, wish]) => [message.byteLength, wish.range])).toEqual([[2, [4, 5]]])
  })

  it('reports failures of the newest request only', async () => {
    const failed = vi.fn()
    const loader = new Loader(() => Promise.reject(new Error('gone')), vi.fn(), failed)
    loader.now({ range: null, width: 1 })
    loader.cancel()
    loader.now({ range: null, width: 2 })
    await vi.advanceTimersByTimeAsync(0)
    expect(failed).toHaveBeenCalledTimes(1)
  })
})

describe('RasterQueue', () => {
  function setup() {
    const posted: ToWorker[] = []
    let answer: (message: FromWorker) => void = () => {}
    const queue = new RasterQueue({
      post: (message) => posted.push(message),
      listen: (listener) => {
        answer = listener
      },
      close: () => {},
    })
    const painted = () => posted.flatMap((m) => (m.type === 'paint' ? [[m.chart, m.spec.width]] : []))
    const finish = (chart: number) =>
      answer({ type: 'frame', chart, picture: new Uint8ClampedArray(4), milliseconds: 1 })
    return { queue, painted, finish, answer: (m: FromWorker) => answer(m), posted }
  }
  const spec = (width: number) => ({ width }) as FrameSpec

  it('has one picture in the making and keeps the newest wish', () => {
    const { queue, painted, finish } = setup()
    const frames: Frame[] = []
    const chart = queue.join({ onFrame: (frame) => frames.push(frame), onFailure: () => {} })
    for (const width of [1, 2, 3]) queue.request(chart, spec(width))
    expect(painted()).toEqual([[chart, 1]])
    finish(chart)
    expect(painted()).toEqual([
      [chart, 1],
      [chart, 3],
    ])
    finish(chart)
    expect(frames.map((frame) => frame.spec.width)).toEqual([1, 3])
  })

  it('serves charts in sight first and equals in turn', () => {
    const { queue, painted, finish } = setup()
    const [a, b, c] = [0, 1, 2].map(() => queue.join({ onFrame: () => {}, onFailure: () => {} }))
    queue.setPriority(c, 1)
    queue.request(a, spec(1))
    queue.request(a, spec(2))
    queue.request(b, spec(3))
    queue.request(c, spec(4))
    finish(a)
    finish(c)
    finish(b)
    expect(painted().map(([chart]) => chart)).toEqual([a, c, b, a])
  })

  it('goes on after a failure and after a chart has left', () => {
    const { queue, painted, answer, finish } = setup()
    const onFailure = vi.fn()
    const onFrame = vi.fn()
    const a = queue.join({ onFrame, onFailure })
    const b = queue.join({ onFrame, onFailure })
    queue.request(a, spec(1))
    queue.request(b, spec(2))
    answer({ type: 'failed', chart: a, reason: 'out of memory' })
    expect(onFailure).toHaveBeenCalledWith('out of memory')
    queue.request(a, spec(3))
    queue.leave(b)
    finish(b)
    expect(onFrame).not.toHaveBeenCalled()
    expect(painted()).toEqual([
      [a, 1],
      [b, 2],
      [a, 3],
    ])
  })
})

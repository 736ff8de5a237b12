/**
 * One queue of pictures for all charts: at most one in the making, only the
 * newest wish of a chart kept, charts in sight before the others.
 */
import type { ScaleKind } from '../plot/scale'
import type { RasterPort } from './port'
import type { FrameSpec, FromWorker, Picture } from './protocol'

export interface Frame {
  spec: FrameSpec
  picture: Picture
  /** Time the drawing took, and when it was asked for (performance.now). */
  milliseconds: number
  askedAt: number
}

export interface RasterClient {
  onFrame(frame: Frame): void
  onFailure(reason: string): void
}

interface Wish {
  spec: FrameSpec
  askedAt: number
}

interface Member {
  client: RasterClient
  wish: Wish | null
  /** Higher goes first. */
  priority: number
}

export class RasterQueue {
  private readonly port: RasterPort
  private readonly members = new Map<number, Member>()
  private next = 1
  private busy: { chart: number; wish: Wish } | null = null
  /** Which build draws; null until the first answer. */
  engine: 'wasm' | 'js' | null = null

  constructor(port: RasterPort) {
    this.port = port
    port.listen((message) => this.receive(message))
  }

  join(client: RasterClient): number {
    const chart = this.next++
    this.members.set(chart, { client, wish: null, priority: 0 })
    return chart
  }

  leave(chart: number): void {
    if (!this.members.delete(chart)) return
    this.port.post({ type: 'drop', chart })
  }

  /** The message is copied to the painter. */
  setData(chart: number, message: ArrayBuffer, x: ScaleKind, y: ScaleKind): void {
    this.port.post({ type: 'data', chart, message, x, y })
  }

  setScales(chart: number, x: ScaleKind, y: ScaleKind): void {
    this.port.post({ type: 'scales', chart, x, y })
  }

  setPriority(chart: number, priority: number): void {
    const member = this.members.get(chart)
    if (member) member.priority = priority
  }

  /** Wishes for a picture; replaces the chart's earlier wish if that has not begun. */
  request(chart: number, spec: FrameSpec): void {
    const member = this.members.get(chart)
    if (!member) return
    member.wish = { spec, askedAt: performance.now() }
    this.pump()
  }

  /** True while a picture of the chart is wished for or in the making. */
  pending(chart: number): boolean {
    return this.busy?.chart === chart || this.members.get(chart)?.wish != null
  }

  private pump(): void {
    if (this.busy) return
    let chosen: { chart: number; member: Member; wish: Wish } | null = null
    for (const [chart, member] of this.members) {
      const { wish } = member
      if (wish && (!chosen || member.priority > chosen.member.priority)) chosen = { chart, member, wish }
    }
    if (!chosen) return
    const { chart, member, wish } = chosen
    this.busy = { chart, wish }
    member.wish = null
    // To the end of the line: a later pick among equals takes another chart.
    this.members.delete(chart)
    this.members.set(chart, member)
    this.port.post({ type: 'paint', chart, spec: wish.spec })
  }

  private receive(message: FromWorker): void {
    if (message.type === 'ready') {
      this.engine = message.engine
      return
    }
    const member = this.members.get(message.chart)
    if (message.type === 'failed') {
      if (this.busy?.chart === message.chart) this.busy = null
      member?.client.onFailure(message.reason)
      this.pump()
      return
    }
    const done = this.busy
    this.busy = null
    // The next picture is begun before this one is shown.
    this.pump()
    if (!done || !member) {
      if ('close' in message.picture) message.picture.close()
      return
    }
    const { picture, milliseconds } = message
    member.client.onFrame({ spec: done.wish.spec, picture, milliseconds, askedAt: done.wish.askedAt })
  }
}

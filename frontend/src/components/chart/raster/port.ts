/** Ways to reach a painter: in a worker, or on this thread in slices. */
import { loadRasteriser } from './load'
import { Painter, PictureMaker } from './painter'
import type { FromWorker, ToWorker } from './protocol'

export interface RasterPort {
  post(message: ToWorker): void
  /** One listener; set before the first post. */
  listen(listener: (message: FromWorker) => void): void
  close(): void
}

/** Longest the page's thread is held in one go, in milliseconds. */
const SLICE = 8

/** A worker where the engine has one that starts, else this thread. */
export function openPort(): RasterPort {
  if (typeof Worker !== 'function') return new LocalPort()
  try {
    return new WorkerPort()
  } catch {
    // Workers are forbidden here: draw on this thread.
    return new LocalPort()
  }
}

class WorkerPort implements RasterPort {
  private readonly worker: Worker
  /** Takes over when the worker cannot be loaded. */
  private instead: LocalPort | null = null
  private ready = false
  private readonly sent: ToWorker[] = []
  private listener: (message: FromWorker) => void = () => {}

  constructor() {
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'raster' })
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      this.ready = true
      this.sent.length = 0
      this.listener(data)
    }
    this.worker.onerror = () => {
      if (!this.ready && !this.instead) this.takeOver()
    }
  }

  post(message: ToWorker): void {
    if (this.instead) {
      this.instead.post(message)
      return
    }
    if (!this.ready) this.sent.push(message)
    this.worker.postMessage(message)
  }

  listen(listener: (message: FromWorker) => void): void {
    this.listener = listener
  }

  close(): void {
    this.worker.terminate()
    this.instead?.close()
  }

  private takeOver(): void {
    this.worker.terminate()
    const port = new LocalPort()
    this.instead = port
    port.listen((message) => this.listener(message))
    for (const message of this.sent.splice(0)) port.post(message)
  }
}

/** Draws on this thread, a few milliseconds at a time. */
export class LocalPort implements RasterPort {
  private listener: (message: FromWorker) => void = () => {}
  private readonly maker = new PictureMaker()
  private readonly painter: Promise<Painter>
  /** Messages are handled one after the other: the painter is not reentrant. */
  private tail: Promise<void> = Promise.resolve()
  private closed = false

  constructor() {
    this.painter = loadRasteriser().then(({ raster, engine }) => {
      this.listener({ type: 'ready', engine })
      return new Painter(raster)
    })
  }

  post(message: ToWorker): void {
    this.tail = this.tail
      .then(() => this.handle(message))
      .catch((error: unknown) => {
        this.listener({ type: 'failed', chart: message.chart, reason: String(error) })
      })
  }

  listen(listener: (message: FromWorker) => void): void {
    this.listener = listener
  }

  close(): void {
    this.closed = true
  }

  private async handle(message: ToWorker): Promise<void> {
    const painter = await this.painter
    if (this.closed) return
    if (message.type === 'data') painter.setData(message.chart, message.message, message.x, message.y)
    else if (message.type === 'scales') painter.setScales(message.chart, message.x, message.y)
    else if (message.type === 'drop') painter.drop(message.chart)
    else await this.paint(painter, message)
  }

  private async paint(painter: Painter, { chart, spec }: ToWorker & { type: 'paint' }): Promise<void> {
    const work = painter.paint(chart, spec)
    let milliseconds = 0
    for (;;) {
      const start = performance.now()
      let step = work.next()
      while (!step.done && performance.now() - start < SLICE) step = work.next()
      milliseconds += performance.now() - start
      if (step.done) {
        const picture = this.maker.make(step.value, spec.width, spec.height)
        this.listener({ type: 'frame', chart, picture, milliseconds })
        return
      }
      await new Promise<void>((resume) => setTimeout(resume))
      if (this.closed) return
    }
  }
}

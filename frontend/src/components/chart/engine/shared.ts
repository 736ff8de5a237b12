/** The one raster queue of the page, opened with the first chart and closed with the last. */
import { openPort, type RasterPort } from '../raster/port'
import { RasterQueue } from '../raster/queue'

interface Shared {
  queue: RasterQueue
  port: RasterPort
  users: number
}

let shared: Shared | null = null

export function acquireQueue(): RasterQueue {
  if (!shared) {
    const port = openPort()
    shared = { queue: new RasterQueue(port), port, users: 0 }
  }
  shared.users++
  return shared.queue
}

export function releaseQueue(): void {
  if (!shared) return
  shared.users--
  if (shared.users === 0) {
    shared.port.close()
    shared = null
  }
}

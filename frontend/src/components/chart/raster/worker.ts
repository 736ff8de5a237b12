/** The raster worker: one for all charts of the page. */
import { loadRasteriser } from './load'
import { finish, Painter, PictureMaker } from './painter'
import type { FromWorker, ToWorker } from './protocol'

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
  postMessage(message: FromWorker, transfer?: Transferable[]): void
}

/** Messages that came before the rasteriser was ready. */
const early: ToWorker[] = []
const maker = new PictureMaker()
let painter: Painter | null = null

scope.onmessage = ({ data }) => {
  if (painter) handle(painter, data)
  else early.push(data)
}

loadRasteriser().then(({ raster, engine }) => {
  const ready = new Painter(raster)
  painter = ready
  scope.postMessage({ type: 'ready', engine })
  for (const message of early.splice(0)) handle(ready, message)
})

function handle(to: Painter, message: ToWorker): void {
  try {
    if (message.type === 'data') to.setData(message.chart, message.message, message.x, message.y)
    else if (message.type === 'scales') to.setScales(message.chart, message.x, message.y)
    else if (message.type === 'drop') to.drop(message.chart)
    else {
      const start = performance.now()
      const { chart, spec } = message
      const picture = maker.make(finish(to.paint(chart, spec)), spec.width, spec.height)
      const milliseconds = performance.now() - start
      scope.postMessage({ type: 'frame', chart, picture, milliseconds }, [
        picture instanceof Uint8ClampedArray ? picture.buffer : picture,
      ])
    }
  } catch (error) {
    scope.postMessage({ type: 'failed', chart: message.chart, reason: String(error) })
  }
}

/** What the engine takes: the component's props, less what only React needs. */
import type { ChartProps } from '../props'

export type EngineProps = Omit<ChartProps, 'ref'>

export interface Badge {
  kind: 'exact' | 'binned' | 'hidden' | 'off-scale' | 'not-finite' | 'missing'
  text: string
  /** What it means, at length. */
  detail: string
}

/** What the engine knows about the picture on screen. */
export interface FrameStats {
  /** Pictures received. */
  frames: number
  /** Drawing time of the last one, and from its wish to its arrival. */
  drawMilliseconds: number
  lagMilliseconds: number
  /** The picture on screen is the exact one for the view. */
  exact: boolean
  /** Which build of the rasteriser drew it. */
  engine: 'wasm' | 'js' | null
}

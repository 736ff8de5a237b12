/** What the engine takes and tells the shell. */
import type { ChartProps } from '../props'

export type EngineProps = Omit<ChartProps, 'ref'>

export interface Badge {
  kind: 'exact' | 'binned' | 'hidden' | 'off-scale' | 'not-finite' | 'missing'
  text: string
  /** What it means, at length. */
  detail: string
}

/** What the shell shows beside the canvases. */
export interface EngineStatus {
  /** `failed` with lines on screen: they stay, and the message says why they are old. */
  phase: 'loading' | 'ready' | 'failed'
  message: string
  badges: Badge[]
  /** No line has a value to draw. */
  empty: boolean
}

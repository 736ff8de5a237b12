/** What the charts of a page share: the crosshair, the x range, and their handles. */
import { create } from 'zustand'
import type { AxisRange, ChartHandle } from '../../components/chart/props'

interface ChartState {
  cursorX: number | null
  xRange: AxisRange | null
  /** Earlier ranges, newest last. */
  past: (AxisRange | null)[]
  setCursor: (x: number | null) => void
  zoom: (range: AxisRange | null) => void
  zoomBack: () => void
  reset: () => void
}

const KEPT = 30

export const useChartState = create<ChartState>()((set) => ({
  cursorX: null,
  xRange: null,
  past: [],
  setCursor: (cursorX) => set((s) => (s.cursorX === cursorX ? s : { cursorX })),
  zoom: (xRange) => set((s) => ({ xRange, past: [...s.past, s.xRange].slice(-KEPT) })),
  zoomBack: () => set((s) => (s.past.length === 0 ? s : { xRange: s.past.at(-1) ?? null, past: s.past.slice(0, -1) })),
  reset: () => set({ cursorX: null, xRange: null, past: [] }),
}))

/** Handles of the charts on screen, by metric name. They are no state: nothing is drawn from them. */
export const chartHandles = new Map<string, ChartHandle>()

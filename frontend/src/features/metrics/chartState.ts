/** What the charts of a page share: the crosshair, the x range, and their handles. */
import { create } from 'zustand'
import type { AxisRange, ChartHandle } from '../../components/chart/props'

interface ChartState {
  cursorX: number | null
  xRange: AxisRange | null
  /** Earlier ranges, newest last. */
  past: (AxisRange | null)[]
  /** The y range that fits each chart on screen, by chart. */
  fits: ReadonlyMap<string, AxisRange>
  setCursor: (x: number | null) => void
  zoom: (range: AxisRange | null) => void
  zoomBack: () => void
  reset: () => void
  setFit: (chart: string, fit: AxisRange | null) => void
}

const KEPT = 30

export const useChartState = create<ChartState>()((set) => ({
  cursorX: null,
  xRange: null,
  past: [],
  fits: new Map(),
  setCursor: (cursorX) => set((s) => (s.cursorX === cursorX ? s : { cursorX })),
  zoom: (xRange) => set((s) => ({ xRange, past: [...s.past, s.xRange].slice(-KEPT) })),
  zoomBack: () => set((s) => (s.past.length === 0 ? s : { xRange: s.past.at(-1) ?? null, past: s.past.slice(0, -1) })),
  reset: () => set({ cursorX: null, xRange: null, past: [] }),
  setFit: (chart, fit) =>
    set((s) => {
      const known = s.fits.get(chart)
      if (known === fit || (known && fit && known[0] === fit[0] && known[1] === fit[1])) return s
      const fits = new Map(s.fits)
      if (fit === null) fits.delete(chart)
      else fits.set(chart, fit)
      return { fits }
    }),
}))

/** The range that holds all of these charts' values; null when none is known. */
export function sharedFit(fits: ReadonlyMap<string, AxisRange>, charts: readonly string[]): AxisRange | null {
  const known = charts.flatMap((id) => {
    const fit = fits.get(id)
    return fit === undefined ? [] : [fit]
  })
  if (known.length === 0) return null
  return [Math.min(...known.map((f) => f[0])), Math.max(...known.map((f) => f[1]))]
}

/** Handles of the charts on screen, by chart. They are no state: nothing is drawn from them. */
export const chartHandles = new Map<string, ChartHandle>()

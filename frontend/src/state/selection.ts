/**
 * Which runs are selected, hidden from charts, and lit up. Tables and charts
 * share it, so a run is one thing everywhere. Runs are named by their keys.
 */
import { create } from 'zustand'

interface Selection {
  selected: ReadonlySet<string>
  /** Where a range selection starts. */
  anchor: string | null
  hidden: ReadonlySet<string>
  highlight: string | null
  selectOnly: (key: string) => void
  toggle: (key: string) => void
  select: (keys: Iterable<string>, anchor?: string | null) => void
  clear: () => void
  setHidden: (keys: Iterable<string>, hidden: boolean) => void
  showOnly: (all: Iterable<string>, shown: ReadonlySet<string>) => void
  showAll: () => void
  setHighlight: (key: string | null) => void
}

export const useSelection = create<Selection>()((set) => ({
  selected: new Set(),
  anchor: null,
  hidden: new Set(),
  highlight: null,
  selectOnly: (key) => set({ selected: new Set([key]), anchor: key }),
  toggle: (key) =>
    set((s) => {
      const selected = new Set(s.selected)
      if (!selected.delete(key)) selected.add(key)
      return { selected, anchor: key }
    }),
  select: (keys, anchor) => set((s) => ({ selected: new Set(keys), anchor: anchor === undefined ? s.anchor : anchor })),
  clear: () => set({ selected: new Set(), anchor: null }),
  setHidden: (keys, hide) =>
    set((s) => {
      const hidden = new Set(s.hidden)
      for (const key of keys) {
        if (hide) hidden.add(key)
        else hidden.delete(key)
      }
      return { hidden }
    }),
  showOnly: (all, shown) => set({ hidden: new Set([...all].filter((k) => !shown.has(k))) }),
  showAll: () => set({ hidden: new Set() }),
  setHighlight: (highlight) => set((s) => (s.highlight === highlight ? s : { highlight })),
}))

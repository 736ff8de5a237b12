/** Which floating panels are open. */
import { create } from 'zustand'

export type Overlay = 'palette' | 'shortcuts' | 'columns' | 'export' | 'about' | null

interface Overlays {
  overlay: Overlay
  /** Folder that is not a repository, and what is known about it. */
  rejected: { path: string; candidates: string[] } | null
  open: (overlay: Overlay) => void
  close: () => void
  reject: (path: string, candidates: string[]) => void
  forgetRejected: () => void
}

export const useOverlays = create<Overlays>()((set) => ({
  overlay: null,
  rejected: null,
  open: (overlay) => set({ overlay }),
  close: () => set({ overlay: null }),
  reject: (path, candidates) => set({ rejected: { path, candidates } }),
  forgetRejected: () => set({ rejected: null }),
}))

/** Short messages that come from below and go by themselves, unless they are errors. */
import { create } from 'zustand'
import type { BackendError } from '../backend/contract'
import { asBackendError } from '../backend/errors'

export interface Notice {
  id: number
  tone: 'info' | 'error'
  text: string
  error: BackendError | null
}

interface Notices {
  notices: Notice[]
  say: (text: string) => void
  fail: (thrown: unknown) => void
  dismiss: (id: number) => void
}

let last = 0

export const useNotices = create<Notices>()((set) => ({
  notices: [],
  say: (text) =>
    set((s) => ({ notices: [...s.notices, { id: ++last, tone: 'info' as const, text, error: null }].slice(-4) })),
  fail: (thrown) => {
    const error = asBackendError(thrown)
    if (error.kind === 'cancelled') return
    set((s) => ({
      notices: [...s.notices, { id: ++last, tone: 'error' as const, text: error.message, error }].slice(-4),
    }))
  },
  dismiss: (id) => set((s) => ({ notices: s.notices.filter((n) => n.id !== id) })),
}))

export const say = (text: string) => useNotices.getState().say(text)
export const fail = (thrown: unknown) => useNotices.getState().fail(thrown)

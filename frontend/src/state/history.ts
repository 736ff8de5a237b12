/**
 * Steps back and forward through what is on screen. The history knows nothing of
 * what it keeps: sources are read and written as one. Changes that follow each
 * other quickly, such as those of a wheel or of typing, are one step.
 */
import { create } from 'zustand'

/** A store's part of a snapshot. */
export interface Source<Part = unknown> {
  /** Cheap; parts that are the same by `Object.is` in every field are equal. */
  read: () => Part
  write: (part: Part) => void
  subscribe: (listener: () => void) => () => void
}

type Snapshot = readonly Record<string, unknown>[]

/** Milliseconds of rest that part two steps. */
const REST = 400
const KEPT = 100

interface History {
  past: Snapshot[]
  future: Snapshot[]
  undo: () => void
  redo: () => void
}

interface Tracked {
  sources: readonly Source<Record<string, unknown>>[]
  present: Snapshot
  changedAt: number
}

let tracked: Tracked | null = null
let writing = false

export const useHistory = create<History>()((set, get) => ({
  past: [],
  future: [],
  undo: () => {
    const target = get().past.at(-1)
    if (tracked === null || target === undefined) return
    const left = tracked.present
    write(tracked, target)
    set((s) => ({ past: s.past.slice(0, -1), future: [left, ...s.future] }))
  },
  redo: () => {
    const [target, ...future] = get().future
    if (tracked === null || target === undefined) return
    const left = tracked.present
    write(tracked, target)
    set((s) => ({ past: [...s.past, left], future }))
  },
}))

/** Follows the sources from now on, with an empty history; the result ends it. */
export function trackHistory(sources: readonly Source<Record<string, unknown>>[]): () => void {
  const own: Tracked = { sources, present: sources.map((s) => s.read()), changedAt: Number.NEGATIVE_INFINITY }
  tracked = own
  useHistory.setState({ past: [], future: [] })
  const stops = sources.map((s) => s.subscribe(() => note(own)))
  return () => {
    for (const stop of stops) stop()
    if (tracked === own) tracked = null
  }
}

function note(own: Tracked): void {
  if (writing || tracked !== own) return
  const now = own.sources.map((s) => s.read())
  if (same(now, own.present)) return
  const at = performance.now()
  if (at - own.changedAt > REST) {
    const left = own.present
    useHistory.setState((s) => ({ past: [...s.past, left].slice(-KEPT), future: [] }))
  } else useHistory.setState({ future: [] })
  own.changedAt = at
  own.present = now
}

function write(own: Tracked, target: Snapshot): void {
  writing = true
  try {
    own.sources.forEach((source, i) => {
      const part = target[i]
      if (part !== undefined) source.write(part)
    })
  } finally {
    writing = false
  }
  own.present = target
  // The next change is a step of its own, however soon it comes.
  own.changedAt = Number.NEGATIVE_INFINITY
}

function same(a: Snapshot, b: Snapshot): boolean {
  return a.every((part, i) => Object.entries(part).every(([key, value]) => Object.is(value, b[i]?.[key])))
}

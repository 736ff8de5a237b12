/**
 * Which colour each run has. A run's own colour follows from its hash; runs
 * drawn together that would share one are told apart, and stay so.
 */
import { create } from 'zustand'
import { assignColours, runColour } from '../lib/colour'
import { refOfKey } from './refs'

interface Colours {
  given: ReadonlyMap<string, string>
  /** Sees to it that runs drawn together differ as far as colours go. */
  tellApart: (keys: readonly string[]) => void
}

export const useColours = create<Colours>()((set) => ({
  given: new Map(),
  tellApart: (keys) =>
    set((s) => {
      const next = assignColours(keys, (key) => s.given.get(key) ?? runColour(refOfKey(key).hash))
      const same = [...next].every(([k, c]) => s.given.get(k) === c)
      return same ? s : { given: new Map([...s.given, ...next]) }
    }),
}))

export function colourOf(given: ReadonlyMap<string, string>, key: string): string {
  return given.get(key) ?? runColour(refOfKey(key).hash)
}

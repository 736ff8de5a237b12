/** Deterministic random numbers, so that every start shows the same runs. */

/** A generator of numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A number in [-1, 1) that depends on nothing but its arguments. */
export function noise(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 15), 0x27d4eb2f)
  h ^= h >>> 13
  return (h >>> 0) / 2_147_483_648 - 1
}

export function hexHash(seed: number): string {
  const next = randomFrom(seed * 7919 + 17)
  let out = ''
  for (let i = 0; i < 24; i++) out += Math.floor(next() * 16).toString(16)
  return out
}

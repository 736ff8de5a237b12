/**
 * One stable colour per run. The hues are told apart by people with the
 * common colour-vision deficiencies (after Okabe and Ito, adjusted so that all
 * reach 3:1 on white and on the dark ground); lightness varies as well, so
 * neighbours differ in grey too.
 */

export const RUN_COLOURS = [
  '#3b82d6',
  '#e08214',
  '#18a078',
  '#d1498b',
  '#8a63d2',
  '#c2483c',
  '#2ba3b8',
  '#9a8a1f',
  '#5f6bd8',
  '#b0703a',
  '#5d9e3a',
  '#b65fc4',
] as const

/** FNV-1a: small, and the same on every machine. */
export function hashText(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i)
    h = Math.imul(h, 0x01000193)
  }
  return h >>> 0
}

/** The first hues are furthest apart; the rest serve when more runs are shown together. */
const OWN = 8

/** The colour of a run, the same in every session. */
export function runColour(hash: string): string {
  return RUN_COLOURS[hashText(hash) % OWN] ?? RUN_COLOURS[0]
}

/**
 * Colours for runs that are shown together: each keeps its own colour where it
 * is free, and the rest take the colours used least so far, in order.
 */
export function assignColours(
  hashes: readonly string[],
  wanted: (hash: string) => string = runColour,
): Map<string, string> {
  const used = new Map<string, number>(RUN_COLOURS.map((c) => [c, 0]))
  const out = new Map<string, string>()
  const share = Math.ceil(hashes.length / RUN_COLOURS.length)
  const homeless: string[] = []
  for (const hash of hashes) {
    const own = wanted(hash)
    const count = used.get(own) ?? 0
    if (count >= share) {
      homeless.push(hash)
      continue
    }
    used.set(own, count + 1)
    out.set(hash, own)
  }
  for (const hash of homeless) {
    const free = [...used].reduce((a, b) => (b[1] < a[1] ? b : a))
    used.set(free[0], free[1] + 1)
    out.set(hash, free[0])
  }
  return out
}

/** Dash patterns for contexts, solid first. */
export const DASHES: readonly number[][] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [12, 4], [4, 2, 1, 2]]

export function dashOf(index: number): number[] {
  return DASHES[index % DASHES.length] ?? []
}

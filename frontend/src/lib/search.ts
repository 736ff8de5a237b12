/** Three ways to look for text: letters in order, the text itself, a regular expression. */

export type SearchMode = 'fuzzy' | 'exact' | 'regex'

export interface Matcher {
  /** 0: no match; the greater the better. */
  score(text: string): number
  /** Why the pattern is no regular expression, or ''. */
  error: string
}

export function matcher(pattern: string, mode: SearchMode): Matcher {
  const trimmed = pattern.trim()
  if (trimmed === '') return { score: () => 1, error: '' }
  if (mode === 'regex') {
    try {
      const re = new RegExp(trimmed, 'i')
      return { score: (text) => (re.test(text) ? 1 : 0), error: '' }
    } catch (e) {
      return { score: () => 0, error: e instanceof Error ? e.message : String(e) }
    }
  }
  const needle = trimmed.toLowerCase()
  if (mode === 'exact') return { score: (text) => (text.toLowerCase().includes(needle) ? 1 : 0), error: '' }
  const words = needle.split(/\s+/)
  return {
    score: (text) => {
      let total = 0
      for (const word of words) {
        const s = fuzzy(text.toLowerCase(), word)
        if (s === 0) return 0
        total += s
      }
      return total
    },
    error: '',
  }
}

/** Letters in order; runs of letters and starts of words count more. */
function fuzzy(text: string, word: string): number {
  const direct = text.indexOf(word)
  if (direct >= 0) return 100 + (isStart(text, direct) ? 50 : 0) - Math.min(40, text.length - word.length)
  let at = -1
  let score = 1
  for (const letter of word) {
    const next = text.indexOf(letter, at + 1)
    if (next < 0) return 0
    score += next === at + 1 ? 4 : isStart(text, next) ? 3 : 0
    at = next
  }
  // Letters that are strewn all over are a coincidence, not a match.
  return score >= word.length ? score : 0
}

function isStart(text: string, i: number): boolean {
  return i === 0 || /[\s._/:-]/.test(text[i - 1] ?? '')
}

import { describe, expect, it } from 'vitest'
import { matcher } from './search'

describe('matcher', () => {
  it('matches everything when empty', () => {
    expect(matcher('  ', 'fuzzy').score('x')).toBeGreaterThan(0)
  })

  it('finds letters in order and prefers starts of words', () => {
    const m = matcher('hlr', 'fuzzy')
    expect(m.score('hparams.lr')).toBeGreaterThan(0)
    expect(m.score('rlh')).toBe(0)
    const lr = matcher('lr', 'fuzzy')
    expect(lr.score('hparams.lr')).toBeGreaterThan(lr.score('hparams.colour_range'))
  })

  it('needs every word', () => {
    const m = matcher('opt lr', 'fuzzy')
    expect(m.score('hparams.optimizer.lr')).toBeGreaterThan(0)
    expect(m.score('hparams.optimizer.kind')).toBe(0)
  })

  it('takes text and regular expressions literally when asked to', () => {
    expect(matcher('a.c', 'exact').score('abc')).toBe(0)
    expect(matcher('a.c', 'regex').score('abc')).toBe(1)
    const broken = matcher('(', 'regex')
    expect(broken.error).not.toBe('')
    expect(broken.score('(')).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { chordOf, isTyping, printChord } from './keys'

const press = (key: string, mods: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...mods,
})

describe('chordOf', () => {
  it('names chords alike on all systems', () => {
    expect(chordOf(press('k', { ctrlKey: true }), false)).toBe('Mod+K')
    expect(chordOf(press('k', { metaKey: true }), true)).toBe('Mod+K')
    expect(chordOf(press('K', { ctrlKey: true, shiftKey: true }), false)).toBe('Shift+Mod+K')
    expect(chordOf(press('?', { shiftKey: true }), false)).toBe('?')
    expect(chordOf(press(' '), false)).toBe('Space')
    expect(chordOf(press('ArrowUp', { shiftKey: true }), false)).toBe('Shift+ArrowUp')
  })
})

describe('printChord', () => {
  it('prints what is on the keys', () => {
    expect(printChord('Shift+Mod+R', true)).toBe('⇧⌘R')
    expect(printChord('Shift+Mod+R', false)).toBe('Ctrl+Shift+R')
    expect(printChord('ArrowUp', false)).toBe('↑')
    expect(printChord('Mod++', false)).toBe('Ctrl++')
  })
})

describe('isTyping', () => {
  it('knows where letters go', () => {
    const input = document.createElement('input')
    expect(isTyping(input)).toBe(true)
    input.type = 'checkbox'
    expect(isTyping(input)).toBe(false)
    expect(isTyping(document.body)).toBe(false)
  })
})

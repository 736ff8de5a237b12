/**
 * Key chords as text: "Mod+K", "Shift+Mod+R", "/", "[". Mod is ⌘ on a Mac and
 * Ctrl elsewhere. Several chords are separated by a blank.
 */

interface KeyLike {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
  altKey: boolean
}

export function isMac(platform: string = navigator.platform): boolean {
  return /mac|iphone|ipad|darwin/i.test(platform)
}

/** The chord of a key press, with modifiers in the order of the registry. */
export function chordOf(event: KeyLike, mac = isMac()): string {
  const parts: string[] = []
  const printable = event.key.length === 1
  // Shift is part of a printed character already: "?" rather than "Shift+/".
  const letter = printable && /[a-z]/i.test(event.key)
  if (event.shiftKey && (!printable || letter)) parts.push('Shift')
  if (event.altKey) parts.push('Alt')
  if (mac ? event.metaKey : event.ctrlKey) parts.push('Mod')
  else if (mac ? event.ctrlKey : event.metaKey) parts.push('Ctrl')
  parts.push(letter ? event.key.toUpperCase() : event.key === ' ' ? 'Space' : event.key)
  return parts.join('+')
}

const MAC_GLYPHS: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Ctrl: '⌃' }
const NAMES: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
}

/** A chord as it is printed on menus: ⇧⌘R or Ctrl+Shift+R. */
export function printChord(chord: string, mac = isMac()): string {
  const parts = chord.split('+').filter((p) => p !== '')
  if (chord.endsWith('+')) parts.push('+')
  const key = parts.pop() ?? ''
  const name = NAMES[key] ?? key
  if (mac) return parts.map((p) => MAC_GLYPHS[p] ?? p).join('') + name
  const order = ['Mod', 'Ctrl', 'Alt', 'Shift']
  const mods = parts.sort((a, b) => order.indexOf(a) - order.indexOf(b)).map((p) => (p === 'Mod' ? 'Ctrl' : p))
  return [...mods, name].join('+')
}

/** Whether typing goes somewhere, so that plain letters are no commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('.cm-editor')) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

import { useEffect } from 'react'
import { chordOf, isTyping } from '../lib/keys'
import { commandForChord, runCommand } from '../state/commands'

/** Keys start commands, unless something is typed or a dialog is open. */
export function useChords(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const chord = chordOf(event)
      if (document.querySelector('[role="dialog"]') !== null && !chord.includes('Mod+K')) return
      // Copying what is marked on the page is the engine's business.
      if (chord === 'Mod+C' && (getSelection()?.toString() ?? '') !== '') return
      const typing = isTyping(event.target)
      const command = commandForChord(chord, typing && !chord.includes('Mod+K'))
      if (command === undefined || (typing && !command.whileTyping)) return
      event.preventDefault()
      runCommand(command.id)
    }
    // The engine's own menu and reloading have no place in a desktop window.
    const onMenu = (event: MouseEvent) => {
      if (!isTyping(event.target) && (getSelection()?.toString() ?? '') === '') event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    window.addEventListener('contextmenu', onMenu)
    return () => {
      window.removeEventListener('keydown', onKey)
      window.removeEventListener('contextmenu', onMenu)
    }
  }, [])
}

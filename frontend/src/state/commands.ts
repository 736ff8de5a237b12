/**
 * One registry of commands feeds the palette, the keys, the menus of the
 * window, context menus and the sheet of shortcuts.
 */
import { useEffect, useRef } from 'react'
import { create } from 'zustand'

export interface Command {
  /** Stable name, also used by the window's menu: "runs.export". */
  id: string
  title: string
  group: 'File' | 'View' | 'Runs' | 'Charts' | 'Index' | 'Go' | 'Help'
  keys?: string[]
  /** Also while something is typed. */
  whileTyping?: boolean
  /** Only listed in the sheet: the key belongs to a widget that handles it. */
  passive?: boolean
  /** Why it cannot run now; undefined when it can. */
  disabled?: string | undefined
  run: () => void
}

interface Registry {
  commands: ReadonlyMap<string, Command>
  add: (commands: readonly Command[]) => void
  remove: (commands: readonly Command[]) => void
}

export const useRegistry = create<Registry>()((set) => ({
  commands: new Map(),
  add: (list) =>
    set((s) => {
      const commands = new Map(s.commands)
      for (const c of list) commands.set(c.id, c)
      return { commands }
    }),
  remove: (list) =>
    set((s) => {
      const commands = new Map(s.commands)
      for (const c of list) if (commands.get(c.id) === c) commands.delete(c.id)
      return { commands }
    }),
}))

/** Offers commands while the component is there. `make` runs again when `deps` change. */
export function useCommands(commands: readonly Command[]): void {
  const latest = useRef(commands)
  latest.current = commands
  // A new list only when something visible changed; run() always calls the latest.
  const signature = commands
    .map((c) => `${c.id}\n${c.title}\n${c.disabled ?? ''}\n${c.keys?.join(' ') ?? ''}`)
    .join('\n\n')
  useEffect(() => {
    const count = signature === '' ? 0 : latest.current.length
    const stable = latest.current.slice(0, count).map((c) => ({
      ...c,
      run: () => latest.current.find((now) => now.id === c.id)?.run(),
    }))
    useRegistry.getState().add(stable)
    return () => useRegistry.getState().remove(stable)
  }, [signature])
}

/** Runs a command by its id; false when there is none or it cannot run now. */
export function runCommand(id: string): boolean {
  const command = useRegistry.getState().commands.get(id)
  if (command === undefined || command.disabled !== undefined || command.passive) return false
  command.run()
  return true
}

/** The command that a chord starts, if any. */
export function commandForChord(chord: string, typing: boolean): Command | undefined {
  for (const command of useRegistry.getState().commands.values()) {
    if (command.passive || command.disabled !== undefined || !command.keys?.includes(chord)) continue
    if (typing && !command.whileTyping) continue
    return command
  }
  return undefined
}

import { render } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { type Command, commandForChord, runCommand, useCommands, useRegistry } from './commands'

function Offer({ commands }: { commands: Command[] }) {
  useCommands(commands)
  return null
}

it('offers commands while their owner is on screen and always runs the latest', () => {
  const first = vi.fn()
  const second = vi.fn()
  const make = (run: () => void, disabled?: string): Command => ({
    id: 'a.b',
    title: 'Do',
    group: 'Runs',
    keys: ['X'],
    run,
    disabled,
  })
  const { rerender, unmount } = render(<Offer commands={[make(first)]} />)
  expect(runCommand('a.b')).toBe(true)
  rerender(<Offer commands={[make(second)]} />)
  expect(commandForChord('X', false)?.id).toBe('a.b')
  expect(commandForChord('X', true)).toBeUndefined()
  runCommand('a.b')
  expect(first).toHaveBeenCalledTimes(1)
  expect(second).toHaveBeenCalledTimes(1)
  rerender(<Offer commands={[make(second, 'Select a run first')]} />)
  expect(runCommand('a.b')).toBe(false)
  unmount()
  expect(useRegistry.getState().commands.size).toBe(0)
})

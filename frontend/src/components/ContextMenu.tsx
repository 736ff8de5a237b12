import { Menu } from '@mantine/core'
import { Fragment } from 'react'
import { printChord } from '../lib/keys'
import { useRegistry } from '../state/commands'

export interface MenuEntry {
  label: string
  /** Names a command: its key is printed, and why it is disabled. */
  command?: string
  chord?: string
  disabled?: string | undefined
  run?: () => void
  /** A line is drawn above. */
  section?: boolean
}

export interface MenuAt {
  x: number
  y: number
  entries: MenuEntry[]
}

/** A menu at a point, for the right button and the menu key. */
export function ContextMenu({ at, onClose }: { at: MenuAt | null; onClose: () => void }) {
  const commands = useRegistry((s) => s.commands)
  if (at === null) return null
  return (
    <Menu
      opened
      onChange={(open) => !open && onClose()}
      position="bottom-start"
      withinPortal
      trapFocus
      returnFocus
      shadow="none"
    >
      <Menu.Target>
        <span style={{ position: 'fixed', left: at.x, top: at.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown miw={200}>
        {at.entries.map((entry) => {
          const command = entry.command === undefined ? undefined : commands.get(entry.command)
          const disabled = entry.disabled ?? command?.disabled
          const chord = entry.chord ?? command?.keys?.[0]
          return (
            <Fragment key={entry.label}>
              {entry.section && <Menu.Divider />}
              <Menu.Item
                disabled={disabled !== undefined}
                title={disabled}
                onClick={() => (entry.run ?? command?.run)?.()}
                rightSection={chord === undefined ? undefined : <span className="muted">{printChord(chord)}</span>}
              >
                {entry.label}
              </Menu.Item>
            </Fragment>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}

import { Modal } from '@mantine/core'
import { printChord } from '../../lib/keys'
import { type Command, useRegistry } from '../../state/commands'
import { useOverlays } from '../../state/overlays'
import styles from './palette.module.css'

const GROUPS = ['Go', 'Runs', 'Charts', 'View', 'File', 'Index', 'Help'] as const

/** Keys that belong to widgets, beside those of commands. */
const TABLE: readonly [string, string][] = [
  ['Move', 'ArrowUp'],
  ['Select more', 'Shift+ArrowDown'],
  ['Select or leave out', 'Space'],
  ['Open the run', 'Enter'],
  ['Select all', 'Mod+A'],
  ['Sort (in the header)', 'Enter'],
  ['Context menu', 'Shift+F10'],
]

export function Shortcuts() {
  const opened = useOverlays((s) => s.overlay === 'shortcuts')
  const close = useOverlays((s) => s.close)
  const commands = useRegistry((s) => s.commands)
  const withKeys = [...commands.values()].filter((c) => c.keys !== undefined && c.keys.length > 0)
  return (
    <Modal opened={opened} onClose={close} title="Keyboard shortcuts" size={720}>
      <div className={styles.sheet}>
        {GROUPS.map((group) => (
          <Section key={group} title={group} commands={withKeys.filter((c) => c.group === group)} />
        ))}
        <section>
          <h3>In the table</h3>
          {TABLE.map(([what, chord]) => (
            <div key={what} className={styles.line}>
              <span>{what}</span>
              <kbd className={styles.kbd}>{printChord(chord)}</kbd>
            </div>
          ))}
        </section>
      </div>
    </Modal>
  )
}

function Section({ title, commands }: { title: string; commands: Command[] }) {
  if (commands.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      {commands.map((c) => (
        <div key={c.id} className={styles.line}>
          <span>{c.title}</span>
          <kbd className={styles.kbd}>{printChord(c.keys?.[0] ?? '')}</kbd>
        </div>
      ))}
    </section>
  )
}

import { Button } from '@mantine/core'
import { plural } from '../../lib/format'
import { useRegistry } from '../../state/commands'
import styles from './runs.module.css'

const OFFERED: readonly [string, string][] = [
  ['runs.compare', 'Compare params'],
  ['runs.charts', 'Show charts'],
  ['runs.hide', 'Hide from charts'],
  ['runs.copy', 'Copy'],
  ['runs.exportSelection', 'Export…'],
]

/** What can be done with the selected runs; shown when there are several. */
export function BatchBar({ count }: { count: number }) {
  const commands = useRegistry((s) => s.commands)
  if (count < 2) return null
  return (
    <div className={styles.batch} role="toolbar" aria-label="Selected runs">
      <strong>{plural(count, 'run')} selected</strong>
      {OFFERED.map(([id, label]) => {
        const command = commands.get(id)
        return (
          <Button
            key={id}
            disabled={command === undefined || command.disabled !== undefined}
            title={command?.disabled}
            onClick={() => command?.run()}
          >
            {label}
          </Button>
        )
      })}
      <span className={styles.spacer} />
      <Button variant="subtle" color="gray" onClick={() => commands.get('runs.clear')?.run()}>
        Clear
      </Button>
    </div>
  )
}

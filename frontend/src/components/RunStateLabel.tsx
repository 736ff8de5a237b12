import type { RunState } from '../backend/contract'
import { Icon, type IconName } from './icons'
import styles from './state.module.css'

const ICONS: Record<RunState, IconName> = {
  finished: 'finished',
  live: 'live',
  stalled: 'stalled',
  unreadable: 'broken',
}

/** A run's state as icon and word: never by colour alone. */
export function RunStateLabel({ state }: { state: RunState }) {
  return (
    <span className={`${styles.state} ${styles[state]}`}>
      <Icon name={ICONS[state]} size={14} />
      {state}
    </span>
  )
}

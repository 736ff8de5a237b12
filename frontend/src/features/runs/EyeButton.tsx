import { Icon } from '../../components/icons'
import { colourOf, useColours } from '../../state/colours'
import { useSelection } from '../../state/selection'
import styles from './runs.module.css'

/** The run's colour; a press takes it out of the charts, or back in. */
export function EyeButton({ runKey, name }: { runKey: string; name: string }) {
  const colour = useColours((s) => colourOf(s.given, runKey))
  const hidden = useSelection((s) => s.hidden.has(runKey))
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.eye}
      aria-label={hidden ? `Show ${name} in charts` : `Hide ${name} from charts`}
      aria-pressed={hidden}
      onClick={(event) => {
        event.stopPropagation()
        useSelection.getState().setHidden([runKey], !hidden)
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {hidden ? <Icon name="eyeOff" size={14} /> : <span className={styles.swatch} style={{ background: colour }} />}
    </button>
  )
}

import { useVirtualizer } from '@tanstack/react-virtual'
import { type MouseEvent, useRef } from 'react'
import { IconButton } from '../../components/IconButton'
import { plural } from '../../lib/format'
import { useSelection } from '../../state/selection'
import styles from './metrics.module.css'
import type { LegendEntry } from './model'

const ROW = 24

/** The runs, or groups of lines, on the charts: a click shows one alone, with Ctrl it is taken out or put back. */
export function Legend({ entries, groups }: { entries: readonly LegendEntry[]; groups: boolean }) {
  const scroller = useRef<HTMLDivElement>(null)
  const hidden = useSelection((s) => s.hidden)
  const highlight = useSelection((s) => s.highlight)
  const noun = groups ? 'group' : 'run'
  const list = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
  })
  const { setHidden, showOnly, showAll, setHighlight } = useSelection.getState()
  const shown = entries.filter((r) => !hidden.has(r.key))

  const press = (entry: LegendEntry, event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      setHidden([entry.key], !hidden.has(entry.key))
      return
    }
    const alone = shown.length === 1 && shown[0]?.key === entry.key
    if (alone) showAll()
    else
      showOnly(
        entries.map((r) => r.key),
        new Set([entry.key]),
      )
  }
  return (
    <aside className={styles.legend} aria-label="Legend">
      <div className={styles.legendHead}>
        <span>
          {shown.length === entries.length
            ? plural(entries.length, noun)
            : `${shown.length} of ${plural(entries.length, noun)}`}
        </span>
        {shown.length < entries.length && <IconButton icon="eye" label={`Show all ${noun}s`} onClick={showAll} />}
      </div>
      <div ref={scroller} className={styles.legendList} onPointerLeave={() => setHighlight(null)}>
        <div style={{ position: 'relative', height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => {
            const entry = entries[item.index]
            if (entry === undefined) return null
            const on = !hidden.has(entry.key)
            return (
              <button
                key={entry.key}
                type="button"
                className={styles.legendItem}
                style={{ transform: `translateY(${item.start}px)` }}
                aria-pressed={on}
                data-lit={highlight === entry.key || undefined}
                title={`${entry.name}\nClick: show alone. Ctrl+click: take out or put back.`}
                onClick={(e) => press(entry, e)}
                onPointerEnter={() => setHighlight(entry.key)}
                onFocus={() => setHighlight(entry.key)}
              >
                <span className={styles.swatch} style={{ background: on ? entry.colour : 'var(--line-strong)' }} />
                <span className={styles.legendName}>{entry.name}</span>
              </button>
            )
          })}
        </div>
      </div>
    </aside>
  )
}

import { useVirtualizer } from '@tanstack/react-virtual'
import { type MouseEvent, useRef } from 'react'
import { IconButton } from '../../components/IconButton'
import { plural } from '../../lib/format'
import { colourOf, useColours } from '../../state/colours'
import { useSelection } from '../../state/selection'
import styles from './metrics.module.css'
import type { ChartRun } from './model'

const ROW = 24

/** The runs on the charts: a click shows one alone, with Ctrl it is taken out or put back. */
export function Legend({ runs }: { runs: readonly ChartRun[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const hidden = useSelection((s) => s.hidden)
  const highlight = useSelection((s) => s.highlight)
  const given = useColours((s) => s.given)
  const list = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
  })
  const { setHidden, showOnly, showAll, setHighlight } = useSelection.getState()
  const shown = runs.filter((r) => !hidden.has(r.key))

  const press = (run: ChartRun, event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      setHidden([run.key], !hidden.has(run.key))
      return
    }
    const alone = shown.length === 1 && shown[0]?.key === run.key
    if (alone) showAll()
    else
      showOnly(
        runs.map((r) => r.key),
        new Set([run.key]),
      )
  }
  return (
    <aside className={styles.legend} aria-label="Legend">
      <div className={styles.legendHead}>
        <span>
          {shown.length === runs.length
            ? plural(runs.length, 'run')
            : `${shown.length} of ${plural(runs.length, 'run')}`}
        </span>
        {shown.length < runs.length && <IconButton icon="eye" label="Show all runs" onClick={showAll} />}
      </div>
      <div ref={scroller} className={styles.legendList} onPointerLeave={() => setHighlight(null)}>
        <div style={{ position: 'relative', height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => {
            const run = runs[item.index]
            if (run === undefined) return null
            const on = !hidden.has(run.key)
            return (
              <button
                key={run.key}
                type="button"
                className={styles.legendItem}
                style={{ transform: `translateY(${item.start}px)` }}
                aria-pressed={on}
                data-lit={highlight === run.key || undefined}
                title={`${run.name}\nClick: show alone. Ctrl+click: take out or put back.`}
                onClick={(e) => press(run, e)}
                onPointerEnter={() => setHighlight(run.key)}
                onFocus={() => setHighlight(run.key)}
              >
                <span
                  className={styles.swatch}
                  style={{ background: on ? colourOf(given, run.key) : 'var(--line-strong)' }}
                />
                <span className={styles.legendName}>{run.name}</span>
              </button>
            )
          })}
        </div>
      </div>
    </aside>
  )
}

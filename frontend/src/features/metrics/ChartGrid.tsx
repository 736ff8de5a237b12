import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { ChartControls } from '../../state/view'
import { ids } from '../../testing/ids'
import { ChartCard } from './ChartCard'
import styles from './metrics.module.css'
import type { ChartSpec } from './model'

/** Width below which one more column of charts does not fit. */
const NARROWEST = 360
const NONE: readonly string[] = []

/** Any number of charts in columns; only those on screen are drawn. */
interface Props {
  charts: readonly ChartSpec[]
  controls: ChartControls
  /** A line about the values of each, by metric name. */
  summaries?: ReadonlyMap<string, string>
}

export function ChartGrid({ charts, controls, summaries }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 1000, height: 600 })
  const [expanded, setExpanded] = useState<string | null>(null)

  useEffect(() => {
    const el = scroller.current
    if (el === null) return
    const measure = () => el.clientWidth > 0 && setSize({ width: el.clientWidth, height: el.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(el)
    return () => observer.disconnect()
  }, [])

  const fit = Math.max(1, Math.floor(size.width / NARROWEST))
  const columns = Math.max(1, Math.min(charts.length, controls.columns === 0 ? Math.min(4, fit) : controls.columns))
  // A whole number of rows fills the pane where that takes little stretching.
  const fill = size.height / Math.max(1, Math.round(size.height / controls.height))
  const height = fill > controls.height * 0.7 && fill < controls.height * 1.4 ? Math.floor(fill) : controls.height
  const rows = Math.ceil(charts.length / columns)
  const list = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 1,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height makes all known sizes wrong
  useEffect(() => list.measure(), [height, columns])

  const together = useMemo(() => {
    const byName = new Map<string, string[]>()
    for (const c of charts) byName.set(c.name, [...(byName.get(c.name) ?? []), c.id])
    return byName
  }, [charts])
  const big = charts.find((c) => c.id === expanded)
  const toggle = (id: string) => setExpanded((e) => (e === id ? null : id))
  return (
    <div className={styles.gridArea}>
      {big !== undefined && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves, as the button does
        <div className={styles.full} onKeyDown={(e) => e.key === 'Escape' && setExpanded(null)}>
          <ChartCard
            spec={big}
            controls={controls}
            expanded
            onExpand={toggle}
            summary={summaries?.get(big.name)}
            together={NONE}
          />
        </div>
      )}
      <div ref={scroller} className={styles.scroller} data-testid={ids.chartGrid}>
        <div style={{ position: 'relative', height: list.getTotalSize() }}>
          {(big === undefined ? list.getVirtualItems() : []).map((item) => (
            <div
              key={item.key}
              className={styles.row}
              style={{
                transform: `translateY(${item.start}px)`,
                height: item.size,
                gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              }}
            >
              {charts.slice(item.index * columns, (item.index + 1) * columns).map((c) => (
                <ChartCard
                  key={c.id}
                  spec={c}
                  controls={controls}
                  expanded={false}
                  onExpand={toggle}
                  summary={summaries?.get(c.name)}
                  together={together.get(c.name) ?? NONE}
                />
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

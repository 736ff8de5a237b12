import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import type { ChartControls } from '../../state/view'
import { ids } from '../../testing/ids'
import { ChartCard } from './ChartCard'
import styles from './metrics.module.css'
import type { ChartSpec } from './model'

/** Width below which one more column of charts does not fit. */
const NARROWEST = 360

/** Any number of charts in columns; only those on screen are drawn. */
export function ChartGrid({ charts, controls }: { charts: readonly ChartSpec[]; controls: ChartControls }) {
  const scroller = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(1000)
  const [expanded, setExpanded] = useState<string | null>(null)

  useEffect(() => {
    const el = scroller.current
    if (el === null) return
    const measure = () => el.clientWidth > 0 && setWidth(el.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(el)
    return () => observer.disconnect()
  }, [])

  const fit = Math.max(1, Math.floor(width / NARROWEST))
  const columns = Math.max(1, Math.min(charts.length, controls.columns === 0 ? Math.min(4, fit) : controls.columns))
  const rows = Math.ceil(charts.length / columns)
  const list = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => controls.height,
    overscan: 1,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height makes all known sizes wrong
  useEffect(() => list.measure(), [controls.height, columns])

  const big = charts.find((c) => c.name === expanded)
  const toggle = (name: string) => setExpanded((e) => (e === name ? null : name))
  return (
    <div ref={scroller} className={styles.scroller} data-testid={ids.chartGrid}>
      {big !== undefined && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves, as the button does
        <div className={styles.full} onKeyDown={(e) => e.key === 'Escape' && setExpanded(null)}>
          <ChartCard spec={big} controls={controls} expanded onExpand={toggle} />
        </div>
      )}
      <div
        style={{
          position: 'relative',
          height: list.getTotalSize(),
          visibility: big === undefined ? undefined : 'hidden',
        }}
      >
        {list.getVirtualItems().map((item) => (
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
              <ChartCard key={c.name} spec={c} controls={controls} expanded={false} onExpand={toggle} />
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}

/**
 * A line chart. The component is a thin shell: the engine owns the canvases and
 * draws outside of React; React shows the badges and what replaces the picture
 * while there is none.
 */
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import './chart.css'
import { ChartEngine } from './engine/chart-engine'
import type { EngineStatus } from './engine/options'
import { acquireQueue, releaseQueue } from './engine/shared'
import type { ChartProps } from './props'

const STARTING: EngineStatus = { phase: 'loading', message: '', badges: [], empty: false }

export function Chart({ ref, ...props }: ChartProps) {
  const root = useRef<HTMLDivElement>(null)
  const engine = useRef<ChartEngine | null>(null)
  const latest = useRef(props)
  const [status, setStatus] = useState(STARTING)

  useLayoutEffect(() => {
    latest.current = props
  })

  useLayoutEffect(() => {
    if (!root.current) return
    const made = new ChartEngine(root.current, acquireQueue(), latest.current, setStatus)
    engine.current = made
    return () => {
      engine.current = null
      made.destroy()
      releaseQueue()
    }
  }, [])

  useEffect(() => {
    engine.current?.update(props)
  })

  useImperativeHandle(ref, () => {
    const current = () => {
      if (!engine.current) throw new Error('use chart: it is not mounted')
      return engine.current
    }
    return {
      exportPNG: async (scale, theme) => current().exportPNG(scale, theme),
      exportSVG: (theme) => current().exportSVG(theme),
      exportCSV: () => current().exportCSV(),
      valuesAt: (x) => current().valuesAt(x),
      reload: () => current().reload(),
      stats: () => current().stats(),
    }
  }, [])

  return (
    <div className="chart" data-phase={status.phase}>
      <div className="chart-root" ref={root} />
      {status.badges.length > 0 && (
        <ul className="chart-badges">
          {status.badges.map((badge) => (
            <li key={badge.kind} data-kind={badge.kind} title={badge.detail}>
              {badge.text}
            </li>
          ))}
        </ul>
      )}
      <Notice status={status} />
    </div>
  )
}

function Notice({ status }: { status: EngineStatus }) {
  if (status.phase === 'loading') return <p className="chart-notice chart-waiting">Reading…</p>
  if (status.phase === 'failed') {
    return (
      <p className={status.empty ? 'chart-notice' : 'chart-notice chart-stale'} role="alert">
        {status.message}
      </p>
    )
  }
  if (status.phase === 'ready' && status.empty) return <p className="chart-notice">No values to draw.</p>
  return null
}

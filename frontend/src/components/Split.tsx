import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react'
import styles from './split.module.css'

interface Props {
  /** Share of the height that the upper part takes, 0.1 to 0.9. */
  share: number
  onShare: (share: number) => void
  upper: ReactNode
  lower: ReactNode
  label: string
}

const STEP = 0.05

/** Two parts above each other with a divider between that is dragged or moved by arrow keys. */
export function Split({ share, onShare, upper, lower, label }: Props) {
  const root = useRef<HTMLDivElement>(null)
  const dragging = useRef(false)
  const set = (next: number) => onShare(Math.min(0.9, Math.max(0.1, next)))
  const move = (event: PointerEvent) => {
    const box = root.current?.getBoundingClientRect()
    if (dragging.current && box) set((event.clientY - box.top) / box.height)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowUp') set(share - STEP)
    else if (event.key === 'ArrowDown') set(share + STEP)
    else return
    event.preventDefault()
  }
  return (
    <div
      ref={root}
      className={styles.split}
      style={{ gridTemplateRows: `minmax(0, ${share}fr) 1px minmax(0, ${1 - share}fr)` }}
    >
      <div className={styles.pane}>{upper}</div>
      <div
        role="separator"
        aria-orientation="horizontal"
        aria-label={label}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={10}
        aria-valuemax={90}
        tabIndex={0}
        className={styles.divider}
        onPointerDown={(e) => {
          dragging.current = true
          e.currentTarget.setPointerCapture?.(e.pointerId)
        }}
        onPointerMove={move}
        onPointerUp={() => {
          dragging.current = false
        }}
        onDoubleClick={() => set(0.5)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.pane}>{lower}</div>
    </div>
  )
}

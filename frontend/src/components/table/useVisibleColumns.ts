import { type RefObject, useEffect, useState } from 'react'
import { type ColumnModel, GUTTER } from './model'

/** Pixels drawn beyond what is seen on either side. */
const MARGIN = 240

/** The range of scrolling columns that are on screen, or nearly. */
export function useVisibleColumns(scroller: RefObject<HTMLElement | null>, model: ColumnModel): [number, number] {
  const [view, setView] = useState({ left: 0, width: 1600 })

  useEffect(() => {
    const el = scroller.current
    if (el === null) return
    const update = () => {
      // In steps, so that most scrolling draws no row again.
      const left = Math.floor(el.scrollLeft / 120) * 120
      const width = el.clientWidth > 0 ? Math.ceil(el.clientWidth / 120) * 120 : 1600
      setView((v) => (v.left === left && v.width === width ? v : { left, width }))
    }
    update()
    el.addEventListener('scroll', update, { passive: true })
    const observer = new ResizeObserver(update)
    observer.observe(el)
    return () => {
      el.removeEventListener('scroll', update)
      observer.disconnect()
    }
  }, [scroller])

  const begin = view.left - MARGIN
  const end = view.left + view.width - GUTTER - model.pinnedWidth + MARGIN + 120
  const from = model.center.findIndex((c) => c.start + c.width > begin)
  if (from < 0) return [0, 0]
  const after = model.center.findIndex((c) => c.start > end)
  return [from, after < 0 ? model.center.length : after]
}

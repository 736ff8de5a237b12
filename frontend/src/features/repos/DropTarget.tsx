import { useEffect, useState } from 'react'
import { ids } from '../../testing/ids'
import styles from './start.module.css'

function carriesFiles(event: DragEvent): boolean {
  const types = event.dataTransfer?.types ?? []
  return types.includes('Files') || types.includes('text/uri-list')
}

/**
 * The hint while a folder is dragged over the window. The paths reach the
 * program by itself; here the engine is only kept from opening what was
 * dropped in place of the page, which it does also for lists of addresses.
 */
export function DropTarget() {
  const [over, setOver] = useState(false)
  useEffect(() => {
    let leave: ReturnType<typeof setTimeout> | undefined
    const onOver = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
      setOver(true)
      // Leaving is not told reliably by all engines; silence is.
      clearTimeout(leave)
      leave = setTimeout(() => setOver(false), 250)
    }
    const onDrop = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault()
      clearTimeout(leave)
      setOver(false)
    }
    window.addEventListener('dragover', onOver, { capture: true })
    window.addEventListener('drop', onDrop, { capture: true })
    return () => {
      clearTimeout(leave)
      window.removeEventListener('dragover', onOver, { capture: true })
      window.removeEventListener('drop', onDrop, { capture: true })
    }
  }, [])
  if (!over) return null
  return (
    <div className={styles.drop} data-testid={ids.dropHint}>
      Drop to open as a repository
    </div>
  )
}

import { useEffect, useRef } from 'react'
import { useBackend } from '../backend/context'
import type { Bootstrap } from '../backend/contract'
import { useNav } from '../state/nav'
import { fail } from '../state/notices'
import { useOverlays } from '../state/overlays'
import { parseView, serializeView, useView } from '../state/view'

/** Milliseconds of rest after which the view is saved. */
const REST = 800

/** Takes up the saved view once, shows what the program has to say, and saves the view as it changes. */
export function useRestoredView(boot: Bootstrap): void {
  const backend = useBackend()
  const restored = useRef(false)
  if (!restored.current) {
    restored.current = true
    restore(boot)
  }

  useEffect(() => {
    for (const notice of boot.notices ?? []) {
      if (notice.kind === 'not-a-repository') useOverlays.getState().reject(notice.file ?? '', notice.candidates ?? [])
      else fail(notice)
    }
  }, [boot.notices])

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let saved = serializeView(useView.getState())
    const stop = useView.subscribe((state) => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const text = serializeView(state)
        if (text === saved) return
        saved = text
        backend.saveViewState(text).catch(fail)
      }, REST)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [backend])
}

function restore(boot: Bootstrap): void {
  const state = parseView(boot.viewState)
  const open = (boot.open ?? []).map((r) => r.id)
  const active = state.active.filter((id) => open.includes(id))
  const first = open[0]
  useView.setState({ ...state, active: active.length > 0 ? active : first === undefined ? [] : [first] })
  useNav.setState({ route: first === undefined ? { screen: 'start' } : { screen: 'runs' }, past: [], future: [] })
}

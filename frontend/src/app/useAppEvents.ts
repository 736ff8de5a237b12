import { useQueryClient } from '@tanstack/react-query'
import { useBackend } from '../backend/context'
import { useBackendEvents } from '../backend/events'
import { keys } from '../backend/queries'
import { runCommand } from '../state/commands'
import { useNav } from '../state/nav'
import { fail } from '../state/notices'
import { useOverlays } from '../state/overlays'
import { useView } from '../state/view'

/** What events mean for where the page is: the rest is in backend/events. */
export function useAppEvents(): void {
  const backend = useBackend()
  const client = useQueryClient()
  useBackendEvents((event) => {
    switch (event.type) {
      case 'menu':
        if (event.command) runCommand(event.command)
        return
      case 'notice':
        if (event.notice?.kind === 'not-a-repository') {
          useOverlays.getState().reject(event.notice.file ?? '', event.notice.candidates ?? [])
          useNav.getState().go({ screen: 'start' })
        } else if (event.notice) fail(event.notice)
        return
      case 'open-run': {
        const hash = event.runs[0]
        if (hash === undefined) return
        useView.getState().set({ active: [event.repository] })
        useNav.getState().go({ screen: 'run', run: { repository: event.repository, hash }, tab: 'overview' })
        return
      }
      case 'repositories':
        // A dropped folder or a second start opened one: look at it.
        client.fetchQuery({ queryKey: keys.bootstrap, queryFn: () => backend.bootstrap(), staleTime: 0 }).then(
          (boot) =>
            showNew(
              boot.open.map((r) => r.id),
              event.repository,
            ),
          fail,
        )
        return
      case 'runs':
      case 'index':
      case 'settings':
        return
    }
  })
}

function showNew(open: string[], changed: string): void {
  const { active, set } = useView.getState()
  const still = active.filter((id) => open.includes(id))
  const opened = changed !== '' && open.includes(changed) && !active.includes(changed)
  const next = opened ? [changed] : still.length > 0 ? still : open.slice(0, 1)
  if (next.join() !== active.join()) set({ active: next })
  const { route, go } = useNav.getState()
  if (next.length === 0) go({ screen: 'start' })
  else if (opened || route.screen === 'start') go({ screen: 'runs' })
}

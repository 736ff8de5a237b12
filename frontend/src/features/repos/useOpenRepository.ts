import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useBackend } from '../../backend/context'
import type { Repository } from '../../backend/contract'
import { asBackendError } from '../../backend/errors'
import { keys } from '../../backend/queries'
import { useNav } from '../../state/nav'
import { fail } from '../../state/notices'
import { useOverlays } from '../../state/overlays'
import { useView } from '../../state/view'

/** Ways to open a repository; each ends on its runs, or says why not. */
export function useOpenRepository() {
  const backend = useBackend()
  const client = useQueryClient()

  const settle = useCallback(
    async (opening: Promise<Repository>, path: string) => {
      try {
        const repository = await opening
        useOverlays.getState().forgetRejected()
        await client.invalidateQueries({ queryKey: keys.bootstrap })
        await client.invalidateQueries({ queryKey: keys.recents })
        useView.getState().set({ active: [repository.id] })
        useNav.getState().go({ screen: 'runs' })
      } catch (thrown) {
        const error = asBackendError(thrown)
        if (error.kind === 'not-a-repository') {
          useOverlays.getState().reject(error.file ?? path, error.candidates ?? [])
          useNav.getState().go({ screen: 'start' })
        } else fail(error)
      }
    },
    [client],
  )

  return useMemo(() => {
    const openPath = (path: string) => settle(backend.openRepository(path), path)
    return {
      openPath,
      openSample: () => settle(backend.openSample(), ''),
      chooseAndOpen: async () => {
        try {
          const path = await backend.chooseFolder()
          if (path !== null) await openPath(path)
        } catch (e) {
          fail(e)
        }
      },
      close: async (id: string) => {
        try {
          await backend.closeRepository(id)
          await client.invalidateQueries({ queryKey: keys.bootstrap })
        } catch (e) {
          fail(e)
        }
      },
    }
  }, [backend, client, settle])
}

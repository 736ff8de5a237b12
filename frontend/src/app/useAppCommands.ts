import { useQueryClient } from '@tanstack/react-query'
import { useBackend } from '../backend/context'
import { useIndexStatus, useRepositories } from '../backend/queries'
import { useOpenRepository } from '../features/repos/useOpenRepository'
import { type Command, useCommands } from '../state/commands'
import { useNav } from '../state/nav'
import { fail, say } from '../state/notices'
import { useOverlays } from '../state/overlays'
import { useView } from '../state/view'

/** Commands that are there on every screen. */
export function useAppCommands(): void {
  const backend = useBackend()
  const client = useQueryClient()
  const repositories = useRepositories()
  const { chooseAndOpen, openSample, close } = useOpenRepository()
  const active = useView((s) => s.active)
  const { go, back, forward, past, future } = useNav()
  const { open } = useOverlays()
  const current = repositories.find((r) => active.includes(r.id))
  const paused = useIndexStatus(current?.id).data?.phase === 'paused'
  const none = current === undefined ? 'Open a repository first' : undefined

  const screens: Command[] = (['runs', 'metrics', 'index', 'settings'] as const).map((screen, i) => ({
    id: `view.${screen}`,
    title: `Go to ${screen === 'index' ? 'the index' : screen}`,
    group: 'Go',
    keys: [screen === 'settings' ? 'Mod+,' : `Mod+${i + 1}`],
    whileTyping: true,
    disabled: screen === 'settings' ? undefined : none,
    run: () => go({ screen }),
  }))

  useCommands([
    {
      id: 'repository.open',
      title: 'Open folder…',
      group: 'File',
      keys: ['Mod+O'],
      whileTyping: true,
      run: chooseAndOpen,
    },
    { id: 'repository.sample', title: 'Open the sample repository', group: 'File', run: openSample },
    { id: 'repository.start', title: 'Go to the start page', group: 'Go', run: () => go({ screen: 'start' }) },
    {
      id: 'repository.close',
      title: current === undefined ? 'Close repository' : `Close ${current.name}`,
      group: 'File',
      keys: ['Mod+W'],
      whileTyping: true,
      disabled: none,
      run: () => {
        if (current === undefined) return
        close(current.id).then(() => {
          const rest = repositories.filter((r) => r.id !== current.id)
          useView.getState().set({ active: rest.slice(0, 1).map((r) => r.id) })
          if (rest.length === 0) go({ screen: 'start' })
        }, fail)
      },
    },
    ...screens,
    {
      id: 'nav.back',
      title: 'Back',
      group: 'Go',
      keys: ['Alt+ArrowLeft'],
      disabled: past.length === 0 ? 'This is where you started' : undefined,
      run: back,
    },
    {
      id: 'nav.forward',
      title: 'Forward',
      group: 'Go',
      keys: ['Alt+ArrowRight'],
      disabled: future.length === 0 ? 'There is nothing ahead' : undefined,
      run: forward,
    },
    {
      id: 'palette.open',
      title: 'Command palette',
      group: 'Help',
      keys: ['Mod+K'],
      whileTyping: true,
      run: () => open('palette'),
    },
    { id: 'shortcuts.open', title: 'Keyboard shortcuts', group: 'Help', keys: ['?'], run: () => open('shortcuts') },
    {
      id: 'rail.toggle',
      title: 'Narrow or widen the rail',
      group: 'View',
      keys: ['Mod+B'],
      run: () => useView.getState().set({ railNarrow: !useView.getState().railNarrow }),
    },
    {
      id: 'view.refresh',
      title: 'Ask for everything again',
      group: 'View',
      keys: ['Mod+R', 'F5'],
      whileTyping: true,
      run: () => client.invalidateQueries().then(() => say('Refreshed'), fail),
    },
    {
      id: 'index.reindex',
      title: 'Reindex All',
      group: 'Index',
      keys: ['Shift+Mod+R'],
      disabled: none,
      run: () => {
        if (current === undefined) return
        backend.reindexAll(current.id).catch(fail)
        go({ screen: 'index' })
      },
    },
    {
      id: 'index.pause',
      title: 'Pause indexing',
      group: 'Index',
      disabled: paused ? 'It is paused' : none,
      run: () => backend.pauseIndexer(0).catch(fail),
    },
    {
      id: 'index.pauseHour',
      title: 'Pause indexing for an hour',
      group: 'Index',
      disabled: paused ? 'It is paused' : none,
      run: () => backend.pauseIndexer(3600).catch(fail),
    },
    {
      id: 'index.resume',
      title: 'Resume indexing',
      group: 'Index',
      disabled: paused ? none : 'It is not paused',
      run: () => backend.resumeIndexer().catch(fail),
    },
  ])
}

import { Suspense, useEffect, useRef } from 'react'
import type { Bootstrap } from '../backend/contract'
import { Boundary } from '../components/Boundary'
import { StatusBar } from '../features/indexing/StatusBar'
import { Palette } from '../features/palette/Palette'
import { DropTarget } from '../features/repos/DropTarget'
import { Rail } from '../features/repos/Rail'
import { StartPage } from '../features/repos/StartPage'
import { type Route, useNav } from '../state/nav'
import { type Overlay, useOverlays } from '../state/overlays'
import { useView } from '../state/view'
import styles from './app.module.css'
import {
  ColumnPicker,
  ComparePage,
  ExportDialog,
  IndexPanel,
  loadTheRest,
  RunScreen,
  SettingsPage,
  Shortcuts,
} from './later'
import { Notices } from './Notices'
import { useAppCommands } from './useAppCommands'
import { useAppEvents } from './useAppEvents'
import { useChords } from './useChords'
import { useRestoredView } from './useRestoredView'
import { useViewHistory } from './useViewHistory'
import { Workspace } from './Workspace'

export function Shell({ boot }: { boot: Bootstrap }) {
  useRestoredView(boot)
  useAppEvents()
  useAppCommands()
  useChords()
  useViewHistory()
  useEffect(loadTheRest, [])
  const route = useNav((s) => s.route)
  const narrow = useView((s) => s.railNarrow)
  return (
    <div className={styles.shell}>
      <div className={styles.rail} data-narrow={narrow || undefined}>
        <Rail />
      </div>
      <div className={styles.main}>
        <Boundary key={route.screen} what="This screen">
          <Suspense fallback={null}>
            <Screen route={route} />
          </Suspense>
        </Boundary>
      </div>
      <div className={styles.status}>
        <StatusBar />
      </div>
      <DropTarget />
      <Palette />
      <Suspense fallback={null}>
        <Overlays />
      </Suspense>
      <Notices />
    </div>
  )
}

/** Dialogs come when they are first asked for, and stay. Not the palette: people type into it at once. */
function Overlays() {
  const overlay = useOverlays((s) => s.overlay)
  const asked = useRef(new Set<Overlay>())
  asked.current.add(overlay)
  return (
    <>
      {asked.current.has('shortcuts') && <Shortcuts />}
      {asked.current.has('columns') && <ColumnPicker />}
      {asked.current.has('export') && <ExportDialog />}
    </>
  )
}

function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case 'start':
      return <StartPage />
    case 'runs':
      return <Workspace metrics={false} />
    case 'metrics':
      return <Workspace metrics />
    case 'run':
      return <RunScreen run={route.run} tab={route.tab} />
    case 'compare':
      return <ComparePage runs={route.runs} />
    case 'index':
      return <IndexPanel />
    case 'settings':
      return <SettingsPage />
  }
}

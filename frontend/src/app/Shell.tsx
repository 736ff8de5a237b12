import type { Bootstrap } from '../backend/contract'
import { Boundary } from '../components/Boundary'
import { IndexPanel } from '../features/indexing/IndexPanel'
import { StatusBar } from '../features/indexing/StatusBar'
import { Palette } from '../features/palette/Palette'
import { Shortcuts } from '../features/palette/Shortcuts'
import { DropTarget } from '../features/repos/DropTarget'
import { Rail } from '../features/repos/Rail'
import { StartPage } from '../features/repos/StartPage'
import { ComparePage } from '../features/run/ComparePage'

import { ColumnPicker } from '../features/runs/ColumnPicker'
import { ExportDialog } from '../features/runs/ExportDialog'
import { SettingsPage } from '../features/settings/SettingsPage'
import { type Route, useNav } from '../state/nav'
import { useView } from '../state/view'
import styles from './app.module.css'
import { Notices } from './Notices'
import { RunScreen } from './RunScreen'
import { useAppCommands } from './useAppCommands'
import { useAppEvents } from './useAppEvents'
import { useChords } from './useChords'
import { useRestoredView } from './useRestoredView'
import { Workspace } from './Workspace'

export function Shell({ boot }: { boot: Bootstrap }) {
  useRestoredView(boot)
  useAppEvents()
  useAppCommands()
  useChords()
  const route = useNav((s) => s.route)
  const narrow = useView((s) => s.railNarrow)
  return (
    <div className={styles.shell}>
      <div className={styles.rail} data-narrow={narrow || undefined}>
        <Rail />
      </div>
      <div className={styles.main}>
        <Boundary key={route.screen} what="This screen">
          <Screen route={route} />
        </Boundary>
      </div>
      <div className={styles.status}>
        <StatusBar />
      </div>
      <DropTarget />
      <Palette />
      <Shortcuts />
      <ColumnPicker />
      <ExportDialog />
      <Notices />
    </div>
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

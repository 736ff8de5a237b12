import { IconButton } from '../components/IconButton'
import type { IconName } from '../components/icons'
import { SavedViews } from '../features/search/SavedViews'
import { runCommand, useCommands } from '../state/commands'
import { type Layout, useView } from '../state/view'
import styles from './app.module.css'

const LAYOUTS: readonly { layout: Layout; icon: IconName; title: string; key: string }[] = [
  { layout: 'table', icon: 'table', title: 'Table', key: 'Alt+1' },
  { layout: 'split', icon: 'split', title: 'Charts over table', key: 'Alt+2' },
  { layout: 'charts', icon: 'charts', title: 'Charts', key: 'Alt+3' },
]

export function WorkspaceTools({ layout }: { layout: Layout }) {
  const set = useView((s) => s.set)
  const onlyDiffering = useView((s) => s.onlyDiffering)
  useCommands(
    LAYOUTS.map((l) => ({
      id: `layout.${l.layout}`,
      title: l.title,
      group: 'View' as const,
      keys: [l.key],
      run: () => set({ layout: l.layout }),
    })),
  )
  return (
    <div className={styles.tools} role="toolbar" aria-label="View">
      {LAYOUTS.map((l) => (
        <IconButton
          key={l.layout}
          icon={l.icon}
          label={l.title}
          chord={l.key}
          active={layout === l.layout}
          onClick={() => set({ layout: l.layout })}
        />
      ))}
      {layout !== 'charts' && (
        <>
          <IconButton
            icon="compare"
            label="Only columns that differ"
            chord="D"
            active={onlyDiffering}
            onClick={() => runCommand('runs.onlyDiffering')}
          />
          <IconButton
            icon="columns"
            label="Choose columns"
            chord="Shift+Mod+C"
            onClick={() => runCommand('runs.columns')}
          />
          <IconButton icon="export" label="Export runs" chord="Mod+E" onClick={() => runCommand('runs.export')} />
        </>
      )}
      <SavedViews />
    </div>
  )
}

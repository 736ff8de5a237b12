import { useEffect } from 'react'
import { useChartState } from '../features/metrics/chartState'
import { useCommands } from '../state/commands'
import { trackHistory, useHistory } from '../state/history'
import { useSelection } from '../state/selection'
import { useView } from '../state/view'

/** Undo and redo of changes of the view: query, sorting, columns, charts, hidden runs, zoom. */
export function useViewHistory(): void {
  useEffect(
    () =>
      trackHistory([
        {
          read: () => {
            const { query, text, sort, layout, columns, onlyDiffering, charts } = useView.getState()
            return { query, text, sort, layout, columns, onlyDiffering, charts }
          },
          write: (part) => useView.setState(part),
          subscribe: (listener) => useView.subscribe(listener),
        },
        {
          read: () => ({ hidden: useSelection.getState().hidden }),
          write: (part) => useSelection.setState(part),
          subscribe: (listener) => useSelection.subscribe(listener),
        },
        {
          read: () => ({ xRange: useChartState.getState().xRange }),
          write: (part) => useChartState.setState(part),
          subscribe: (listener) => useChartState.subscribe(listener),
        },
      ]),
    [],
  )
  const back = useHistory((s) => s.past.length > 0)
  const forward = useHistory((s) => s.future.length > 0)
  const { undo, redo } = useHistory.getState()
  useCommands([
    {
      id: 'view.undo',
      title: 'Undo the last change of the view',
      group: 'View',
      keys: ['Mod+Z'],
      disabled: back ? undefined : 'Nothing was changed',
      run: undo,
    },
    {
      id: 'view.redo',
      title: 'Redo the change of the view',
      group: 'View',
      keys: ['Shift+Mod+Z'],
      disabled: forward ? undefined : 'Nothing was undone',
      run: redo,
    },
  ])
}

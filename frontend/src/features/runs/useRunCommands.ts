import type { RefObject } from 'react'
import { useBackend } from '../../backend/context'
import type { ColumnInfo, RunRow } from '../../backend/contract'
import type { GridHandle } from '../../components/table/DataGrid'
import { andAlso, literal, paramExpression } from '../../lib/aimql'
import { plural } from '../../lib/format'
import { useCommands } from '../../state/commands'
import { useNav } from '../../state/nav'
import { fail, say } from '../../state/notices'
import { useOverlays } from '../../state/overlays'
import { refOfKey, runKey } from '../../state/refs'
import { useRunsRequest } from '../../state/request'
import { useSelection } from '../../state/selection'
import { useView } from '../../state/view'
import { collectRows, rowsAsText } from './export'
import type { RowActions } from './menus'
import type { useColumnLayout } from './useColumnLayout'

interface Args {
  order: () => Promise<string[]>
  layout: ReturnType<typeof useColumnLayout>
  grid: RefObject<GridHandle | null>
  cursorRow: RunRow | undefined
  selectAll: () => void
}

const MOST_COMPARED = 100

export function useRunCommands({ order, layout, grid, cursorRow, selectAll }: Args): RowActions {
  const backend = useBackend()
  const request = useRunsRequest()
  const selected = useSelection((s) => s.selected)
  const { keys, byKey } = layout
  const none = selected.size === 0 ? 'Select runs first' : undefined
  const go = useNav((s) => s.go)

  const copyText = (text: string, what: string) => backend.copyText(text).then(() => say(`${what} copied`), fail)
  const infos = keys.flatMap((k) => byKey.get(k) ?? [])

  const copyRows = async () => {
    try {
      const view = await backend.runs(request)
      const rows = await collectRows(backend, view, keys, (r) => selected.has(runKey(r)))
      await backend.copyText(rowsAsText('tsv', infos, rows))
      say(`${plural(rows.length, 'run')} copied`)
    } catch (e) {
      fail(e)
    }
  }

  const showOnly = () => order().then((all) => useSelection.getState().showOnly(all, selected), fail)

  useCommands([
    {
      id: 'runs.open',
      title: 'Open run',
      group: 'Runs',
      disabled: cursorRow === undefined ? 'Go to a run first' : undefined,
      run: () =>
        cursorRow &&
        go({ screen: 'run', run: { repository: cursorRow.repository, hash: cursorRow.hash }, tab: 'overview' }),
    },
    {
      id: 'runs.compare',
      title: 'Compare params of the selected runs',
      group: 'Runs',
      keys: ['C'],
      disabled:
        selected.size < 2
          ? 'Select two runs or more'
          : selected.size > MOST_COMPARED
            ? `At most ${MOST_COMPARED} runs are compared`
            : undefined,
      run: () => go({ screen: 'compare', runs: [...selected].map(refOfKey) }),
    },
    {
      id: 'runs.charts',
      title: 'Show charts of the selected runs',
      group: 'Runs',
      disabled: none,
      run: () => useView.getState().set({ layout: 'split' }),
    },
    {
      id: 'runs.hide',
      title: 'Hide the selected runs from charts, or show them',
      group: 'Runs',
      keys: ['H'],
      disabled: none,
      run: () => {
        const { hidden, setHidden } = useSelection.getState()
        setHidden(
          selected,
          [...selected].some((k) => !hidden.has(k)),
        )
      },
    },
    {
      id: 'runs.showOnly',
      title: 'Show only the selected runs in charts',
      group: 'Runs',
      disabled: none,
      run: showOnly,
    },
    {
      id: 'runs.showAll',
      title: 'Show all runs in charts',
      group: 'Runs',
      run: () => useSelection.getState().showAll(),
    },
    { id: 'runs.selectAll', title: 'Select all runs', group: 'Runs', run: selectAll },
    {
      id: 'runs.clear',
      title: 'Clear the selection',
      group: 'Runs',
      disabled: none,
      run: () => useSelection.getState().clear(),
    },
    { id: 'runs.copy', title: 'Copy the selected rows', group: 'Runs', keys: ['Mod+C'], disabled: none, run: copyRows },
    {
      id: 'runs.columns',
      title: 'Choose columns…',
      group: 'View',
      keys: ['Shift+Mod+C'],
      run: () => useOverlays.getState().open('columns'),
    },
    {
      id: 'runs.onlyDiffering',
      title: useView.getState().onlyDiffering ? 'Show all chosen columns' : 'Show only columns that differ',
      group: 'View',
      keys: ['D'],
      run: () => useView.getState().set({ onlyDiffering: !useView.getState().onlyDiffering }),
    },
    {
      id: 'runs.export',
      title: 'Export runs…',
      group: 'File',
      keys: ['Mod+E'],
      run: () => useOverlays.getState().open('export'),
    },
    {
      id: 'runs.exportSelection',
      title: 'Export the selected runs…',
      group: 'File',
      disabled: none,
      run: () => useOverlays.getState().open('export'),
    },
    { id: 'runs.focus', title: 'Go to the table', group: 'Go', keys: ['T'], run: () => grid.current?.focus() },
  ])

  return {
    copyText,
    filterBy: (row: RunRow, info: ColumnInfo) => {
      const at = keys.indexOf(info.key)
      const value = row.cells[at]
      const path = info.group === 'param' ? info.path : ['']
      const left = info.group === 'param' ? paramExpression(path) : `run.${info.key}`
      const whole = typeof value === 'object' && value !== null && !Array.isArray(value) ? value.full : value
      const { query, set, addHistory } = useView.getState()
      const next = andAlso(query, `${left} == ${literal(whole)}`)
      set({ query: next })
      addHistory(next)
    },
  }
}

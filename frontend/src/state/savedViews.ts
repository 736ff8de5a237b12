/** Named views: taken from what is on screen, and put back. */
import { NO_COLUMNS, readCharts, type SavedView, scopeOf, useView } from './view'

export function captureView(name: string): SavedView {
  const s = useView.getState()
  const columns = s.columns[scopeOf(s.active)] ?? NO_COLUMNS
  return { name, query: s.query, text: s.text, sort: s.sort, layout: s.layout, columns, charts: s.charts }
}

export function applyView(view: SavedView): void {
  const { active, set, setColumns } = useView.getState()
  set({ query: view.query, text: view.text, sort: view.sort, layout: view.layout, charts: readCharts(view.charts) })
  setColumns(scopeOf(active), view.columns)
}

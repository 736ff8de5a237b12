/** Test ids, for what has no role or name of its own. */
export const ids = {
  rail: 'rail',
  statusBar: 'status-bar',
  runsGrid: 'runs-grid',
  queryEditor: 'query-editor',
  matched: 'matched',
  chartGrid: 'chart-grid',
  chartCard: 'chart-card',
  dropHint: 'drop-hint',
  progress: 'index-progress',
} as const

import { useColumns, useRepositories } from '../backend/queries'
import { useSteadyView } from '../backend/useSteadyView'
import { ErrorMessage, Message } from '../components/Message'
import { RunsTable } from '../features/runs/RunsTable'
import { QueryBar } from '../features/search/QueryBar'
import { useRunsRequest } from '../state/request'
import { type Layout, useView } from '../state/view'
import styles from './app.module.css'
import { NoRuns } from './NoRuns'
import { WorkspaceTools } from './WorkspaceTools'

/** Query over charts over runs. On the metrics screen charts are always there. */
export function Workspace({ metrics }: { metrics: boolean }) {
  const request = useRunsRequest()
  const { view, question, error, loading } = useSteadyView(request)
  const columns = useColumns(request.repositories).data
  const repositories = useRepositories()
  const chosen = useView((s) => s.layout)
  const layout: Layout = metrics && chosen === 'table' ? 'charts' : chosen
  const wide = error !== null && (error.kind !== 'query-syntax' || view === undefined)
  if (repositories.length === 0) {
    return <Message title="No repository is open">Open a folder from the start page.</Message>
  }
  return (
    <main className={styles.workspace} aria-label={metrics ? 'Metrics' : 'Runs'} aria-busy={loading}>
      <QueryBar view={view} error={error} columns={columns ?? []}>
        <WorkspaceTools layout={layout} />
      </QueryBar>
      {wide && view === undefined ? (
        <ErrorMessage error={error} />
      ) : view === undefined ? null : view.matched === 0 ? (
        <NoRuns total={view.total} />
      ) : (
        <div className={styles.split}>
          <div className={styles.pane}>
            <RunsTable view={view} question={question} />
          </div>
        </div>
      )}
    </main>
  )
}

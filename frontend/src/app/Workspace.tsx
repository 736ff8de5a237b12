import { Suspense } from 'react'
import { useColumns, useRepositories } from '../backend/queries'
import { useSteadyView } from '../backend/useSteadyView'
import { ErrorMessage, Message } from '../components/Message'
import { Split } from '../components/Split'
import { RunsTable } from '../features/runs/RunsTable'
import { QueryBar } from '../features/search/QueryBar'
import { useRunsRequest } from '../state/request'
import { type Layout, useView } from '../state/view'
import styles from './app.module.css'
import { MetricsPanel } from './later'
import { NoRuns } from './NoRuns'
import { WorkspaceTools } from './WorkspaceTools'

/** Query over charts over runs. On the metrics screen charts are always there. */
export function Workspace({ metrics }: { metrics: boolean }) {
  const request = useRunsRequest()
  const { view, question, error, loading } = useSteadyView(request)
  const columns = useColumns(request.repositories).data
  const repositories = useRepositories()
  const chosen = useView((s) => s.layout)
  const share = useView((s) => s.split)
  const set = useView((s) => s.set)
  const layout: Layout = metrics && chosen === 'table' ? 'charts' : chosen
  const wide = error !== null && (error.kind !== 'query-syntax' || view === undefined)
  if (repositories.length === 0) {
    return <Message title="No repository is open">Open a folder from the start page.</Message>
  }
  return (
    <main className={styles.workspace} aria-label={metrics ? 'Metrics' : 'Runs'} aria-busy={loading}>
      <h1 className="srOnly">{metrics ? 'Metrics' : 'Runs'}</h1>
      <QueryBar view={view} error={error} columns={columns ?? []}>
        <WorkspaceTools layout={layout} />
      </QueryBar>
      {wide && view === undefined ? (
        <ErrorMessage error={error} />
      ) : view === undefined ? null : view.matched === 0 ? (
        <NoRuns total={view.total} />
      ) : (
        <div className={styles.area}>
          {layout === 'split' ? (
            <Split
              label="Charts and table"
              share={share}
              onShare={(split) => set({ split })}
              upper={
                <Suspense fallback={null}>
                  <MetricsPanel view={view} legendAtFirst={false} />
                </Suspense>
              }
              lower={<RunsTable view={view} question={question} />}
            />
          ) : layout === 'charts' ? (
            <Suspense fallback={null}>
              <MetricsPanel view={view} legendAtFirst />
            </Suspense>
          ) : (
            <RunsTable view={view} question={question} />
          )}
        </div>
      )}
    </main>
  )
}

import { useMemo } from 'react'
import type { RunDetail } from '../backend/contract'
import { RunCharts } from '../features/metrics/RunCharts'
import { RunPage } from '../features/run/RunPage'
import type { RunTab } from '../state/nav'
import { type RunRef, runKey } from '../state/refs'

/** A run's page with its charts: two features, put together. */
export function RunScreen({ run, tab }: { run: RunRef; tab: RunTab }) {
  return <RunPage run={run} tab={tab} charts={(detail, system) => <Charts detail={detail} system={system} />} />
}

function Charts({ detail, system }: { detail: RunDetail; system: boolean }) {
  const { repository, hash, name, state } = detail
  const run = useMemo(
    () => ({ key: runKey({ repository, hash }), repository, hash, name, live: state === 'live' }),
    [repository, hash, name, state],
  )
  const metrics = useMemo(() => (detail.metrics ?? []).filter((m) => m.system === system), [detail.metrics, system])
  return <RunCharts run={run} metrics={metrics} />
}

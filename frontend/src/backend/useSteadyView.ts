import { useRef } from 'react'
import type { BackendError, RunsRequest, RunsView } from './contract'
import { asBackendError } from './errors'
import { useRunsView } from './queries'

/**
 * The answer to a question about runs. While a query is wrong, or another
 * answer is on its way, the last good one stays.
 */
export function useSteadyView(request: RunsRequest): {
  view: RunsView | undefined
  /** The question that `view` answers, as text. */
  question: string
  error: BackendError | null
  loading: boolean
} {
  const answer = useRunsView(request)
  const question = JSON.stringify(request)
  const scope = request.repositories.join('|')
  const last = useRef<{ view: RunsView; question: string; scope: string } | null>(null)
  if (answer.data !== undefined && !answer.isPlaceholderData) last.current = { view: answer.data, question, scope }
  const steady = last.current?.scope === scope ? last.current : null
  return {
    view: steady?.view,
    question: steady?.question ?? question,
    error: answer.error === null ? null : asBackendError(answer.error),
    loading: answer.isPending || answer.isPlaceholderData,
  }
}

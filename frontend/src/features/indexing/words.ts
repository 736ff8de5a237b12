/** What the indexer does, in words. */
import type { IndexStatus } from '../../backend/contract'
import { PHASE_WORDS } from '../../components/StatusDot'
import { formatCount, formatDuration, formatTime, plural } from '../../lib/format'

export function isBusy(status: IndexStatus): boolean {
  return status.phase === 'metadata' || status.phase === 'series' || status.phase === 'reindex'
}

/** Share done, 0 to 1; null when nothing is being done. */
export function progressOf(status: IndexStatus): number | null {
  return isBusy(status) && status.total > 0 ? Math.min(1, status.done / status.total) : null
}

/** One line for the status bar. */
export function statusLine(s: IndexStatus): string {
  const parts: string[] = [phaseText(s)]
  if (isBusy(s)) {
    parts.push(`${formatCount(s.done)} of ${formatCount(s.total)}`)
    if (s.eta >= 0) parts.push(`${formatDuration(Math.ceil(s.eta))} left`)
  } else if (s.phase !== 'failed') {
    parts.push(`${plural(s.counts.indexed, 'run')} indexed`)
  }
  if (s.counts.live > 0) parts.push(`${formatCount(s.counts.live)} live`)
  if (s.counts.stalled > 0) parts.push(`${formatCount(s.counts.stalled)} stalled`)
  if (s.counts.unreadable > 0) parts.push(`${formatCount(s.counts.unreadable)} unreadable`)
  return parts.join(' · ')
}

function phaseText(s: IndexStatus): string {
  if (s.phase === 'paused' && s.pausedUntil > 0)
    return `paused until ${formatTime(s.pausedUntil).replace('today ', '')}`
  return PHASE_WORDS[s.phase]
}

/** A sentence about each phase, and what to do if anything. */
export const PHASE_SENTENCES: Record<IndexStatus['phase'], string> = {
  starting: 'The index is being opened.',
  metadata: 'Names, params and summaries are read first, so that the table fills quickly.',
  series: 'The points of the metrics are read in the background. Charts read what is not indexed yet by themselves.',
  reindex: 'The whole index is built again beside the old one, which answers until it is complete.',
  idle: 'Everything is indexed. New and changed runs are noticed by themselves.',
  paused: 'Nothing is indexed in the background. What is on screen is still read from the repository.',
  offline: 'The folder cannot be reached; the index shows what was last seen. It is tried again by itself.',
  failed: 'The index cannot be used; runs are read from the repository itself, which is slower. Try Reindex All.',
}

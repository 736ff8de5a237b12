/** Run pages and logs of made-up runs. */
import type { LogLine, RunDetail, SequenceInfo } from '../contract'
import { EVIDENCE } from './columns'
import { metricInfo } from './curves'
import type { FakeRun } from './generate'
import { problemOf } from './indexer'

export function runDetail(repository: string, run: FakeRun): RunDetail {
  const readable = run.state !== 'unreadable'
  const sequence = (kind: SequenceInfo['kind'], name: string, steps: number): SequenceInfo => ({
    kind,
    name,
    contextId: '0',
    context: '{}',
    steps,
  })
  return {
    repository,
    hash: run.hash,
    name: run.name,
    description: run.description,
    experiment: run.experiment,
    archived: run.archived,
    tags: run.tags,
    notes:
      run.index % 3 === 0
        ? [
            {
              id: 1,
              content: 'Restarted from step 400 after the node was drained.\nWatch the **val** loss.',
              created: run.created + 60,
              updated: run.created + 90,
            },
          ]
        : [],
    created: run.created,
    ended: run.ended,
    lastRecord: readable ? run.lastRecord : null,
    duration: readable ? (run.ended ?? run.lastRecord) - run.created : null,
    state: run.state,
    evidence: [
      EVIDENCE[run.state],
      readable ? 'Last record: metric loss at the last step.' : 'Other runs are not affected.',
    ],
    params: readable ? JSON.stringify(run.params) : '{}',
    metrics: run.metrics.map((m) => metricInfo(repository, run, m, false)),
    sequences: readable
      ? [sequence('images', 'samples', 24), sequence('texts', 'generated', 8), sequence('logs', 'terminal', 1)]
      : [],
    problems: readable ? [] : [problemOf(run)],
    indexed: readable,
  }
}

export function logPage(run: FakeRun, from: number, count: number): { total: number; lines: LogLine[] } {
  if (run.state === 'unreadable') return { total: 0, lines: [] }
  const total = 400 + run.index * 3
  const lines: LogLine[] = []
  for (let step = from; step < Math.min(total, from + count); step++) {
    const text =
      step % 50 === 49
        ? `[warn] gradient norm ${(step / 7).toFixed(2)} clipped at 1.0`
        : `epoch ${Math.floor(step / 40)} step ${step} loss ${(2.3 * Math.exp(-step / 160) + 0.1).toFixed(4)} (${(112 + (step % 9)).toFixed(1)} samples/s)`
    lines.push({ step, text, time: run.created + step, level: step % 50 === 49 ? 30 : null })
  }
  return { total, lines }
}

/** An indexer that does nothing but look busy, for seconds. */
import type { BackendEvent, IndexStatus, ReindexReport, RunProblem } from '../contract'
import type { FakeRun } from './generate'

type Emit = (event: Omit<BackendEvent, 'seq'>) => void

export class FakeIndexer {
  private status: IndexStatus
  private timer: ReturnType<typeof setInterval> | undefined
  private job = 0

  constructor(
    private readonly repository: string,
    private readonly runs: readonly FakeRun[],
    private readonly emit: Emit,
  ) {
    this.status = idleStatus(repository, runs)
  }

  current(): IndexStatus {
    return this.status
  }

  /** Indexes all runs within a few seconds of steps of 100 ms. */
  reindex(): string {
    this.stop()
    this.job++
    const started = Date.now()
    const total = this.runs.length
    let done = 0
    this.set({ phase: 'reindex', done: 0, total, eta: 4, throttle: 'one core of two' })
    this.timer = setInterval(() => {
      done = Math.min(total, done + Math.max(1, Math.ceil(total / 40)))
      const rate = total / 4
      if (done >= total) {
        this.stop()
        this.set({ ...idleStatus(this.repository, this.runs), lastReport: this.report((Date.now() - started) / 1000) })
        return
      }
      this.set({
        done,
        current: this.runs[done]?.hash ?? '',
        runsPerSecond: rate,
        bytesPerSecond: rate * 41_000,
        eta: (total - done) / rate,
      })
    }, 100)
    return `job-${this.job}`
  }

  cancel(): void {
    this.stop()
    this.set({
      ...idleStatus(this.repository, this.runs),
      note: 'Reindex All was cancelled; the index from before is in use.',
    })
  }

  pause(until: number): void {
    this.stop()
    this.set({ phase: 'paused', pausedUntil: until })
  }

  resume(): void {
    this.set({ phase: 'idle', pausedUntil: 0 })
  }

  stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
  }

  private set(change: Partial<IndexStatus>): void {
    this.status = { ...this.status, ...change }
    this.emit({ type: 'index', repository: this.repository, runs: [], revision: 0, status: this.status })
  }

  private report(seconds: number): ReindexReport {
    const points = this.runs.reduce((sum, r) => sum + r.metrics.reduce((s, m) => s + m.points, 0), 0)
    return {
      new: 2,
      changed: 5,
      gone: 1,
      unreadable: this.status.problems,
      stalled: this.status.counts.stalled,
      runs: this.runs.length,
      points,
      bytes: points * 9,
      seconds,
      finishedAt: Date.now() / 1000,
    }
  }
}

export function problemOf(run: FakeRun): RunProblem {
  return {
    hash: run.hash,
    file: `/data/experiments/.aim/meta/chunks/${run.hash}/MANIFEST-000004`,
    offset: 1184,
    message: 'The MANIFEST ends inside a record and its checksum does not match; no other version of it is there.',
  }
}

function idleStatus(repository: string, runs: readonly FakeRun[]): IndexStatus {
  const count = (state: FakeRun['state']) => runs.filter((r) => r.state === state).length
  return {
    repository,
    phase: 'idle',
    counts: {
      total: runs.length,
      indexed: runs.length - count('unreadable'),
      stale: 0,
      finished: count('finished'),
      live: count('live'),
      stalled: count('stalled'),
      unreadable: count('unreadable'),
      archived: runs.filter((r) => r.archived).length,
    },
    done: 0,
    total: 0,
    current: '',
    runsPerSecond: 0,
    bytesPerSecond: 0,
    eta: -1,
    throttle: '',
    pausedUntil: 0,
    indexPath: '/home/ada/.cache/aimdesk/index/5d41402abc',
    indexBytes: 1_200_000 + runs.length * 41_000,
    note: '',
    lastReport: null,
    problems: runs.filter((r) => r.state === 'unreadable').map(problemOf),
  }
}

import type { IndexStatus } from '../backend/contract'
import styles from './dot.module.css'

export type Tone = 'ok' | 'busy' | 'off' | 'warn' | 'bad'

const TONES: Record<IndexStatus['phase'], Tone> = {
  starting: 'busy',
  metadata: 'busy',
  series: 'busy',
  reindex: 'busy',
  idle: 'ok',
  paused: 'off',
  offline: 'warn',
  failed: 'bad',
}

export const PHASE_WORDS: Record<IndexStatus['phase'], string> = {
  starting: 'starting',
  metadata: 'reading runs',
  series: 'indexing',
  reindex: 'reindexing all',
  idle: 'idle',
  paused: 'paused',
  offline: 'offline',
  failed: 'failed',
}

export function toneOf(phase: IndexStatus['phase']): Tone {
  return TONES[phase]
}

/** Filled, ringed or struck: shapes differ as well as colours. */
export function StatusDot({ tone }: { tone: Tone }) {
  return <span className={`${styles.dot} ${styles[tone]}`} aria-hidden="true" />
}

/** Made-up runs with the shapes that real repositories have. */
import type { RunState } from '../contract'
import { hexHash, randomFrom } from './random'

export interface FakeMetric {
  name: string
  /** Canonical JSON. */
  context: string
  contextId: string
  /** Number that makes the curve its own. */
  seed: number
  points: number
  shape: 'loss' | 'accuracy' | 'rate' | 'norm' | 'system'
}

export interface FakeRun {
  index: number
  hash: string
  name: string
  experiment: string
  tags: string[]
  description: string | null
  archived: boolean
  created: number
  ended: number | null
  lastRecord: number
  state: RunState
  params: Record<string, unknown>
  metrics: FakeMetric[]
  /** How good the run gets; shifts its curves. */
  skill: number
}

const EXPERIMENTS = ['baseline', 'tuned', 'ablation/no-augment', 'ablation/short-context', 'sweep-2']
const TAGS = ['keep', 'paper', 'debug', 'gpu-a100', 'even']
const MODELS = ['resnet-18', 'resnet-50', 'vit-s', 'vit-b', 'convnext-t']
const WORDS = ['amber', 'brisk', 'calm', 'dapper', 'eager', 'frost', 'gentle', 'humble', 'ivory', 'jolly']
const NOUNS = ['otter', 'falcon', 'maple', 'comet', 'harbor', 'lantern', 'meadow', 'pebble', 'quill', 'ridge']

const CONTEXTS: readonly [string, string][] = [
  ['{}', '0'],
  ['{"subset":"train"}', '6542129543411187412'],
  ['{"subset":"val"}', '11231987432018873345'],
]

export function generateRuns(count: number, now: number): FakeRun[] {
  return Array.from({ length: count }, (_, i) => generateRun(i, count, now))
}

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T
}

function stateOf(index: number): RunState {
  if (index === 0 || (index > 0 && index % 211 === 4)) return 'live'
  if (index % 37 === 2) return 'stalled'
  if (index % 53 === 5) return 'unreadable'
  return 'finished'
}

function generateRun(index: number, count: number, now: number): FakeRun {
  const random = randomFrom(index + 1)
  const state = stateOf(index)
  const spread = Math.min(3600 * 5, (86_400 * 120) / Math.max(1, count))
  const created = state === 'live' ? now - 1200 - index * 60 : now - 3000 - index * spread - random() * 1200
  const duration = 120 + random() * 14_000
  const points = index === 61 ? 60_000 : 200 + Math.floor(random() * 800)
  const skill = random()
  const name =
    index % 29 === 7
      ? `${pick(random, MODELS)} with cosine schedule, label smoothing and a very long name that nobody meant to read in full (${index})`
      : `${pick(random, WORDS)}-${pick(random, NOUNS)}-${index}`
  const ended = state === 'finished' ? created + duration : null
  return {
    index,
    hash: hexHash(index + 1),
    name,
    experiment: pick(random, EXPERIMENTS),
    tags: TAGS.filter(() => random() < 0.22),
    description: index % 5 === 0 ? `Checks the effect of the schedule on run ${index}.` : null,
    archived: index % 97 === 11,
    created,
    ended,
    lastRecord: state === 'live' ? now - 2 : created + duration - 3,
    state,
    params: paramsOf(index, random),
    metrics: state === 'unreadable' ? [] : metricsOf(index, points),
    skill,
  }
}

function paramsOf(index: number, random: () => number): Record<string, unknown> {
  const packages: Record<string, string> = {}
  for (let i = 0; i < 60; i++) packages[`package-${i}`] = `${(i % 4) + 1}.${i % 11}.${i % 7}`
  const flags: Record<string, unknown> = {}
  for (let i = 0; i < 120; i++) flags[`flag_${String(i).padStart(3, '0')}`] = i % 9 === 0 ? (index + i) % 3 : i
  return {
    hparams: {
      lr: [1e-4, 3e-4, 1e-3, 3e-3, 1.2e-5][Math.floor(random() * 5)],
      batch_size: [16, 32, 64, 128][Math.floor(random() * 4)],
      optimizer: {
        name: random() < 0.6 ? 'adamw' : 'sgd',
        betas: [0.9, random() < 0.5 ? 0.95 : 0.999],
        weight_decay: random() < 0.3 ? 0 : 0.01 * Math.ceil(random() * 10),
      },
      scheduler: { kind: random() < 0.5 ? 'cosine' : 'linear', warmup: Math.floor(random() * 4) * 500 },
      epochs: 30,
      use_amp: random() < 0.5,
      note: index % 4 === 0 ? null : 'none',
    },
    model: {
      name: pick(random, MODELS),
      layers: 6 + Math.floor(random() * 4) * 2,
      dropout: Math.round(random() * 40) / 100,
      width: [256, 384, 512][Math.floor(random() * 3)],
    },
    data: { name: 'imagenet-100', root: '/data/imagenet/processed/v3', seed: index % 5, workers: 8 },
    env: { host: `node-${index % 3}`, python: '3.11.8', packages },
    flags,
  }
}

function metricsOf(index: number, points: number): FakeMetric[] {
  const out: FakeMetric[] = []
  const add = (name: string, context: number, shape: FakeMetric['shape'], n = points) => {
    const [text, id] = CONTEXTS[context] ?? (CONTEXTS[0] as [string, string])
    out.push({ name, context: text, contextId: id, seed: index * 131 + out.length, points: n, shape })
  }
  for (const context of [1, 2]) {
    add('loss', context, 'loss', context === 2 ? Math.max(10, Math.floor(points / 10)) : points)
    add('accuracy', context, 'accuracy', context === 2 ? Math.max(10, Math.floor(points / 10)) : points)
  }
  add('learning_rate', 0, 'rate')
  add('grad_norm', 0, 'norm')
  for (let layer = 0; layer < 4; layer++) add(`layers/${layer}/grad_norm`, 0, 'norm')
  for (const name of ['cpu', 'p_memory_percent', 'memory_percent', 'gpu', 'gpu_memory_percent', 'disk_percent']) {
    add(`__system__${name}`, 0, 'system', Math.min(points, 300))
  }
  return out
}

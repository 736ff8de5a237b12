import { expect, it } from 'vitest'
import { createFakeBackend } from '../../backend/fake/fake'
import { matcher } from '../../lib/search'
import { buildTree, flattenTree } from './pickerTree'

const infos = () => createFakeBackend({ runs: 20, now: 1_750_000_000 }).columns(['repo--data-experiments'])

it('folds nested params by prefix', async () => {
  const tree = buildTree(await infos(), matcher('', 'fuzzy'), false)
  expect(tree.map((n) => n.label)).toEqual(['Properties', 'Metrics', 'Params', 'System metrics'])
  const labels = flattenTree(tree, new Set(), false).map((r) => r.node.label)
  expect(labels).toContain('hparams')
  expect(labels).not.toContain('lr')
  const env = tree[2]?.children.find((c) => c.label === 'env')
  expect(env?.keys).toHaveLength(62)
})

it('finds, and shows only what differs', async () => {
  const all = await infos()
  const found = flattenTree(buildTree(all, matcher('optimizer', 'exact'), false), new Set(), true)
  expect(found.filter((r) => r.node.info !== null).map((r) => r.node.label)).toEqual(['name', 'betas', 'weight_decay'])
  const differing = flattenTree(buildTree(all, matcher('epochs', 'exact'), true), new Set(), true)
  expect(differing).toEqual([])
})

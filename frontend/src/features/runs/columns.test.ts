import { expect, it } from 'vitest'
import { createFakeBackend } from '../../backend/fake/fake'
import { columnTitle, defaultColumns, toGridColumn } from './columns'

const infos = () => createFakeBackend({ runs: 50, now: 1_750_000_000 }).columns(['repo--data-experiments'])

it('shows properties, main metrics and differing params first', async () => {
  const keys = defaultColumns(await infos(), false)
  expect(keys.slice(0, 6)).toEqual(['state', 'name', 'experiment', 'tags', 'created', 'duration'])
  expect(keys.filter((k) => k.startsWith('metrics.loss'))).toHaveLength(2)
  expect(keys).toContain('params.hparams.lr')
  expect(keys).not.toContain('params.hparams.epochs')
  expect(keys.length).toBeLessThanOrEqual(6 + 6 + 12)
})

it('names the repository when there are several', async () => {
  expect(defaultColumns(await infos(), true)[2]).toBe('repository')
})

it('puts the last part of a path first', async () => {
  const all = await infos()
  const find = (key: string) => {
    const info = all.find((c) => c.key === key)
    if (info === undefined) throw new Error(`no column ${key}`)
    return info
  }
  const optimizer = find('params.hparams.optimizer.name')
  expect(toGridColumn(optimizer)).toMatchObject({ title: 'name', prefix: 'optimizer.', align: 'left' })
  const loss = find('metrics.loss.{"subset":"val"}.min')
  expect(toGridColumn(loss)).toMatchObject({ title: 'loss', suffix: 'val min', align: 'right' })
  expect(columnTitle(loss)).toBe('loss {subset=val} min')
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { BackendEvent } from './contract'
import { createWailsBackend, hasWails } from './wails'

const bound: Record<string, ReturnType<typeof vi.fn>> = {}
let emit: (event: BackendEvent) => void = () => {}

beforeEach(() => {
  for (const key of Object.keys(bound)) delete bound[key]
  vi.stubGlobal('window', {
    go: { main: { App: bound } },
    runtime: {
      EventsOn: (name: string, callback: (event: BackendEvent) => void) => {
        if (name === 'aimdesk:event') emit = callback
        return () => {
          emit = () => {}
        }
      },
    },
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('the adapter to the program', () => {
  it('is chosen when the bindings are there', () => {
    expect(hasWails()).toBe(true)
    vi.stubGlobal('window', {})
    expect(hasWails()).toBe(false)
  })

  it('makes lists of nulls and null of an empty path', async () => {
    const backend = createWailsBackend()
    bound.Recents = vi.fn().mockResolvedValue(null)
    bound.ChooseFolder = vi.fn().mockResolvedValue('')
    bound.Bootstrap = vi.fn().mockResolvedValue({ version: '1', open: null, recents: null, notices: null })
    expect(await backend.recents()).toEqual([])
    expect(await backend.chooseFolder()).toBeNull()
    expect(await backend.bootstrap()).toMatchObject({ open: [], recents: [], notices: [] })
  })

  it('sends files as base64', async () => {
    bound.SaveFile = vi.fn().mockResolvedValue('/tmp/x.csv')
    expect(await createWailsBackend().saveFile('x.csv', 'é')).toBe('/tmp/x.csv')
    expect(bound.SaveFile).toHaveBeenCalledWith('x.csv', 'w6k=')
  })

  it('rejects with errors of the contract, whatever their shape', async () => {
    const backend = createWailsBackend()
    bound.Run = vi.fn().mockRejectedValue('{"kind":"not-found","message":"No such run"}')
    await expect(backend.run('r', 'h')).rejects.toEqual({ kind: 'not-found', message: 'No such run', hint: '' })
    await expect(backend.recents()).rejects.toMatchObject({
      kind: 'internal',
      message: 'The program has no method Recents',
    })
  })

  it('fetches series as bytes and turns refusals into errors', async () => {
    const bytes = new Uint8Array([1, 2, 3]).buffer
    const fetched = vi.fn().mockResolvedValueOnce(new Response(bytes))
    vi.stubGlobal('fetch', fetched)
    const request = {
      lines: [],
      x: 'step',
      xMetric: '',
      range: null,
      width: 1,
      smoothing: { kind: 'none', amount: 0 },
    } as const
    const backend = createWailsBackend()
    expect(new Uint8Array(await backend.series({ ...request, lines: [] }))).toEqual(new Uint8Array([1, 2, 3]))
    expect(fetched).toHaveBeenCalledWith('/api/series', { method: 'POST', body: JSON.stringify(request) })
    fetched.mockResolvedValueOnce(new Response('{"kind":"invalid","message":"Too wide","hint":"x"}', { status: 400 }))
    await expect(backend.series({ ...request, lines: [] })).rejects.toMatchObject({
      kind: 'invalid',
      message: 'Too wide',
    })
  })

  it('hands events on until it is ended', () => {
    const seen: number[] = []
    const end = createWailsBackend().subscribe((e) => seen.push(e.seq))
    emit({ seq: 1, type: 'runs', repository: '', runs: [], revision: 1 })
    end()
    emit({ seq: 2, type: 'runs', repository: '', runs: [], revision: 1 })
    expect(seen).toEqual([1])
  })
})

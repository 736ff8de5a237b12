import { beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_VIEW, parseView, scopeOf, serializeView, useView } from './view'

beforeEach(() => useView.setState(DEFAULT_VIEW))

describe('saved view state', () => {
  it('comes back as it was', () => {
    const { set, setCharts, setColumns, addHistory } = useView.getState()
    set({ query: 'run.hparams.lr < 1', layout: 'split', split: 0.3 })
    setCharts({ yLog: true, columns: 3 })
    setColumns('a', { widths: { name: 300 } })
    addHistory('x')
    addHistory('y')
    addHistory('x')
    const back = parseView(serializeView(useView.getState()))
    expect(back.query).toBe('run.hparams.lr < 1')
    expect(back.charts).toMatchObject({ yLog: true, columns: 3, x: 'step' })
    expect(back.columns.a?.widths).toEqual({ name: 300 })
    expect(back.history).toEqual(['x', 'y'])
  })

  it('survives damage', () => {
    expect(parseView('{')).toEqual(DEFAULT_VIEW)
    expect(parseView('{"version":2,"query":"x"}')).toEqual(DEFAULT_VIEW)
    expect(parseView('{"version":1,"query":7,"sort":{},"charts":{"yLog":true}}')).toEqual({
      ...DEFAULT_VIEW,
      charts: { ...DEFAULT_VIEW.charts, yLog: true },
    })
  })

  it('names a set of repositories whatever their order', () => {
    expect(scopeOf(['b', 'a'])).toBe(scopeOf(['a', 'b']))
  })
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { create } from 'zustand'
import { trackHistory, useHistory } from './history'

const useA = create(() => ({ a: 0, other: 0 }))
const useB = create(() => ({ b: '' }))
let stop = () => {}
let now = 0

beforeEach(() => {
  now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  useA.setState({ a: 0, other: 0 })
  useB.setState({ b: '' })
  stop = trackHistory([
    {
      read: () => ({ a: useA.getState().a }),
      write: (part) => useA.setState(part),
      subscribe: (listener) => useA.subscribe(listener),
    },
    {
      read: () => ({ b: useB.getState().b }),
      write: (part) => useB.setState(part),
      subscribe: (listener) => useB.subscribe(listener),
    },
  ])
})
afterEach(() => {
  stop()
  vi.restoreAllMocks()
})

const later = (change: () => void) => {
  now += 1000
  change()
}
const state = () => [useA.getState().a, useB.getState().b]
const { undo, redo } = useHistory.getState()

it('goes back and forward over several stores', () => {
  later(() => useA.setState({ a: 1 }))
  later(() => useB.setState({ b: 'x' }))
  undo()
  expect(state()).toEqual([1, ''])
  undo()
  expect(state()).toEqual([0, ''])
  undo()
  redo()
  redo()
  expect(state()).toEqual([1, 'x'])
  redo()
  expect(state()).toEqual([1, 'x'])
})

it('takes quick changes as one step, and what it does not keep as none', () => {
  later(() => useB.setState({ b: 'a' }))
  now += 100
  useB.setState({ b: 'ab' })
  now += 100
  useB.setState({ b: 'abc' })
  later(() => useA.setState({ other: 7 }))
  expect(useHistory.getState().past).toHaveLength(1)
  undo()
  expect(state()).toEqual([0, ''])
  expect(useA.getState().other).toBe(7)
})

it('forgets what was undone when something else is done', () => {
  later(() => useA.setState({ a: 1 }))
  undo()
  useA.setState({ a: 5 })
  expect(useHistory.getState().future).toEqual([])
  undo()
  expect(state()).toEqual([0, ''])
})

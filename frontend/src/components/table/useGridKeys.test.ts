import type { KeyboardEvent } from 'react'
import { expect, it, vi } from 'vitest'
import { type GridKeyActions, gridKey } from './useGridKeys'

function actions(row: number, column = 0): GridKeyActions {
  return {
    rowCount: 100,
    columnCount: 5,
    pageRows: 20,
    cursor: { row, column },
    move: vi.fn(),
    toggle: vi.fn(),
    open: vi.fn(),
    sort: vi.fn(),
    menu: vi.fn(),
    selectAll: vi.fn(),
    clear: vi.fn(),
  }
}

const press = (key: string, mods: Partial<KeyboardEvent> = {}) =>
  ({ key, shiftKey: false, ctrlKey: false, metaKey: false, ...mods }) as KeyboardEvent

const plain = { extend: false, keep: false }

it.each([
  ['ArrowDown', {}, [11, 2]],
  ['ArrowUp', {}, [9, 2]],
  ['ArrowRight', {}, [10, 3]],
  ['PageDown', {}, [30, 2]],
  ['PageUp', {}, [0, 2]],
  ['Home', {}, [10, 0]],
  ['End', {}, [10, 4]],
] as const)('%s moves', (key, mods, [row, column]) => {
  const a = actions(10, 2)
  expect(gridKey(press(key, mods), a)).toBe(true)
  expect(a.move).toHaveBeenCalledWith(row, column, plain)
})

it('goes to the ends with Ctrl and extends with Shift', () => {
  const a = actions(10, 2)
  gridKey(press('End', { ctrlKey: true, shiftKey: true }), a)
  expect(a.move).toHaveBeenCalledWith(99, 4, { extend: true, keep: true })
})

it('reaches the header above the first row and sorts there', () => {
  const a = actions(0)
  gridKey(press('ArrowUp'), a)
  expect(a.move).toHaveBeenCalledWith(-1, 0, plain)
  const b = actions(-1, 3)
  gridKey(press('Enter', { shiftKey: true }), b)
  expect(b.sort).toHaveBeenCalledWith(3, true)
  expect(b.open).not.toHaveBeenCalled()
})

it('leaves other keys alone', () => {
  expect(gridKey(press('x'), actions(0))).toBe(false)
  expect(gridKey(press('a'), actions(0))).toBe(false)
  const a = actions(0)
  expect(gridKey(press('a', { metaKey: true }), a)).toBe(true)
  expect(a.selectAll).toHaveBeenCalled()
})

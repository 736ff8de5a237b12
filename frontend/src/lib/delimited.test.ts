import { expect, it } from 'vitest'
import { toCSV, toJSON, toTSV } from './delimited'

const table = {
  header: ['name', 'note'],
  rows: [
    ['a', 'x,"y"\nz'],
    ['b\tc', ''],
  ],
}

it('writes TSV without breaking cells', () => {
  expect(toTSV(table)).toBe('name\tnote\na\tx,"y" z\nb c\t\n')
})

it('writes CSV with quotes where needed', () => {
  expect(toCSV(table)).toBe('name,note\r\na,"x,""y""\nz"\r\nb\tc,\r\n')
})

it('writes JSON with nulls for what is missing', () => {
  expect(JSON.parse(toJSON(['a', 'b'], [[1], ['x', 2]]))).toEqual([
    { a: 1, b: null },
    { a: 'x', b: 2 },
  ])
})

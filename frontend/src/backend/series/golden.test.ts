import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { encodeSeries } from './encode'
import { type BinColumns, decodeSeries, type PointColumns, type WireLine } from './wire'

/** The program's own golden message, and the same lines in words. */
const GOLDEN = join(import.meta.dirname, '../../../../backend/series/testdata')
const LAYERS = ['raw', 'smoothed']
const STATUSES = ['ok', 'unknown-trace', 'unreadable', 'no-x']

/** Numbers are texts there: JSON has no NaN. */
type Spelt = Record<string, number | string | string[] | number[]>

/** Empty columns may be left out. */
function numbers(value: Spelt[string] | undefined): Float64Array {
  return Float64Array.from((value ?? []) as string[], Number)
}

function dataOf(line: Spelt): PointColumns | BinColumns {
  const n = Number(line.n)
  if (line.mode === 0) return { mode: 'points', n, x: numbers(line.x), y: numbers(line.y) }
  return {
    mode: 'bins',
    n,
    x: numbers(line.x),
    xLast: numbers(line.xLast),
    yFirst: numbers(line.yFirst),
    yMin: numbers(line.yMinOfBin),
    yMax: numbers(line.yMaxOfBin),
    yLast: numbers(line.yLast),
    flags: Uint8Array.from((line.flags ?? []) as number[]),
  }
}

function lineOf(line: Spelt): WireLine {
  const number = (name: string) => Number(line[name])
  return {
    index: number('index'),
    layer: LAYERS[number('layer')] as WireLine['layer'],
    status: STATUSES[number('status')] as WireLine['status'],
    total: number('total'),
    inRange: number('inRange'),
    nan: number('nan'),
    posInf: number('posInf'),
    negInf: number('negInf'),
    xMin: number('xMin'),
    xMax: number('xMax'),
    yMin: number('yMin'),
    yMax: number('yMax'),
    data: dataOf(line),
  }
}

function read(): { message: ArrayBuffer; lines: WireLine[] } {
  const bytes = new Uint8Array(readFileSync(join(GOLDEN, 'wire-golden.bin')))
  const spelt: Spelt[] = JSON.parse(readFileSync(join(GOLDEN, 'wire-golden.json'), 'utf8'))
  return { message: bytes.buffer, lines: spelt.map(lineOf) }
}

it('decodes what the program writes', () => {
  const { message, lines } = read()
  expect(lines.length).toBeGreaterThan(3)
  expect(decodeSeries(message)).toEqual(lines)
})

it('encodes to as many bytes, with the same meaning', () => {
  const { message, lines } = read()
  // Not the same bytes: the two languages write other bits for NaN.
  const ours = encodeSeries(lines)
  expect(ours.byteLength).toBe(message.byteLength)
  expect(decodeSeries(ours)).toEqual(decodeSeries(message))
})

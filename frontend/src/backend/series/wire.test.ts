import { describe, expect, it } from 'vitest'
import { binLine } from './bin'
import { encodeSeries, pointLine } from './encode'
import { BIN_GAP, BIN_NAN, decodeSeries, HEADER_BYTES, LINE_BYTES, WireError, type WireLine } from './wire'

const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG_INF } = Number

function sample(): WireLine[] {
  const x = Float64Array.from({ length: 900 }, (_, i) => i * 10)
  const y = x.map((v, i) => (i === 500 ? NAN : Math.sin(v / 300)))
  return [
    pointLine(0, Float64Array.of(0, 1, 2, 3), Float64Array.of(1, NAN, INF, NEG_INF)),
    binLine(pointLine(1, x, y), null, 100),
    pointLine(1, x, y, 'smoothed'),
    { ...pointLine(2, new Float64Array(0), new Float64Array(0)), status: 'unreadable' },
  ]
}

describe('decodeSeries', () => {
  it('reads back what was written, values that are not finite included', () => {
    const lines = sample()
    expect(decodeSeries(encodeSeries(lines))).toEqual(lines)
  })

  it('gives views into the message, no copies', () => {
    const message = encodeSeries(sample())
    for (const { data } of decodeSeries(message)) expect(data.x.buffer).toBe(message)
  })

  it('reads a message without lines', () => {
    expect(decodeSeries(encodeSeries([]))).toEqual([])
  })

  it('marks the bin that holds NaN and breaks the line after it', () => {
    const bins = decodeSeries(encodeSeries(sample()))[1].data
    if (bins.mode !== 'bins') throw new Error('expected bins')
    const at = bins.flags.findIndex((flags) => (flags & BIN_NAN) !== 0)
    expect(bins.x[at]).toBeLessThanOrEqual(5000)
    expect(bins.xLast[at]).toBeGreaterThanOrEqual(5000)
    expect(bins.flags.filter((flags) => (flags & BIN_GAP) !== 0).length).toBeLessThanOrEqual(1)
  })

  const damage: [string, (view: DataView) => void, number][] = [
    ['another magic', (v) => v.setUint8(0, 0x42), 0],
    ['another version', (v) => v.setUint16(4, 2, true), 4],
    ['flags nobody knows', (v) => v.setUint16(6, 1, true), 6],
    ['more lines than fit', (v) => v.setUint32(8, 0xffffffff, true), 8],
    ['a mode nobody knows', (v) => v.setUint8(HEADER_BYTES + 4, 7), HEADER_BYTES + 4],
    ['a layer nobody knows', (v) => v.setUint8(HEADER_BYTES + 5, 9), HEADER_BYTES + 5],
    ['a status nobody knows', (v) => v.setUint16(HEADER_BYTES + 6, 99, true), HEADER_BYTES + 6],
    ['more points than fit', (v) => v.setUint32(HEADER_BYTES + 8, 0xffffffff, true), HEADER_BYTES + 8],
  ]
  it.each(damage)('refuses %s, and says where', (_, hurt, offset) => {
    const message = encodeSeries(sample())
    hurt(new DataView(message))
    expect(() => decodeSeries(message)).toThrow(expect.objectContaining({ name: 'WireError', offset }))
  })

  it('refuses a message cut anywhere', () => {
    const message = encodeSeries(sample().slice(0, 1))
    for (let size = 0; size < message.byteLength; size++) {
      expect(() => decodeSeries(message.slice(0, size))).toThrow(WireError)
    }
  })

  it('refuses bytes after the last line', () => {
    const message = encodeSeries(sample())
    const longer = new Uint8Array(message.byteLength + 8)
    longer.set(new Uint8Array(message))
    expect(() => decodeSeries(longer.buffer)).toThrow(/after the last line/)
  })

  it('answers or throws WireError whatever bytes are changed', () => {
    let seed = 7
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed % below
    }
    const original = encodeSeries(sample())
    for (let round = 0; round < 3000; round++) {
      const message = original.slice(0)
      const bytes = new Uint8Array(message)
      // Most changes go where the lengths are.
      for (let k = 0; k <= random(3); k++) {
        bytes[random(random(2) === 0 ? HEADER_BYTES + LINE_BYTES : bytes.length)] = random(256)
      }
      try {
        for (const { data } of decodeSeries(message)) expect(data.x.length).toBe(data.n)
      } catch (error) {
        expect(error).toBeInstanceOf(WireError)
      }
    }
  })
})

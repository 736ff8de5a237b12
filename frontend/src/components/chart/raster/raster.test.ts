import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { binLine } from '../../../backend/series/bin'
import { pointLine } from '../../../backend/series/encode'
import { plotLine } from '../plot/columns'
import type { Affine, KernelExports, Pen } from './kernel'
import { Rasteriser } from './kernel'
import { paintFrame } from './paint'
import { finish } from './painter'
import type { FrameSpec } from './protocol'
import * as twin from './raster-js.js'

const HERE = import.meta.dirname
const PIXEL: Affine = { origin: 0, factor: 1 }
const PEN: Pen = { width: 1.5, rgb: 0x336699, alpha: 255, dash: null, fine: true }

let wasm: Rasteriser
const js = new Rasteriser(twin)

beforeAll(async () => {
  const bytes = readFileSync(join(HERE, 'raster.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes)
  wasm = new Rasteriser(instance.exports as unknown as KernelExports)
})

function random(seed: number): () => number {
  let s = seed >>> 0
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return s / 2 ** 32
  }
}

interface Drawn {
  pixels: Uint8ClampedArray
  width: number
  height: number
  /** Coverage of a pixel, 0 to 1. */
  at(x: number, y: number): number
  /** Coverage summed over a column. */
  column(x: number): number
  row(y: number): number
}

function draw(raster: Rasteriser, width: number, height: number, work: (r: Rasteriser) => void): Drawn {
  raster.begin(width, height)
  work(raster)
  const pixels = raster.finish().slice()
  const at = (x: number, y: number) => pixels[4 * (y * width + x) + 3] / 255
  const sum = (n: number, one: (i: number) => number) =>
    Array.from({ length: n }, (_, i) => one(i)).reduce((a, b) => a + b, 0)
  return {
    pixels,
    width,
    height,
    at,
    column: (x) => sum(height, (y) => at(x, y)),
    row: (y) => sum(width, (x) => at(x, y)),
  }
}

/** Bytes in which two pictures differ. */
function differing(a: Drawn, b: Drawn): number {
  return a.pixels.filter((v, i) => v !== b.pixels[i]).length
}

function polyline(raster: Rasteriser, vertices: [number, number][], pen: Pen = PEN): void {
  const x = Float64Array.from(vertices, (v) => v[0])
  const y = Float64Array.from(vertices, (v) => v[1])
  raster.points(x, y, 0, x.length, PIXEL, PIXEL, pen)
}

describe('both builds', () => {
  it('give the same bytes for any picture', () => {
    const scene = (r: Rasteriser) => {
      const next = random(11)
      for (let line = 0; line < 60; line++) {
        const n = 2 + Math.floor(next() * 150)
        const wild = line % 7 === 0
        const x = Float64Array.from({ length: n }, (_, i) => (wild ? next() * 400 - 50 : (i * 330) / n - 10))
        const y = Float64Array.from({ length: n }, () =>
          next() < 0.03 ? Number.NaN : next() < 0.02 ? Number.POSITIVE_INFINITY : next() * 260 - 30,
        )
        const dash = line % 3 === 0 ? { on: 5.5, off: 3.25, phase: next() * 8 } : null
        const pen = {
          width: 0.5 + next() * 4,
          rgb: Math.floor(next() * 0xffffff),
          alpha: 40 + Math.floor(next() * 215),
          dash,
          fine: line % 2 === 0,
        }
        r.points(x, y, 0, n, PIXEL, PIXEL, pen)
      }
    }
    const a = draw(wasm, 320, 200, scene)
    const b = draw(js, 320, 200, scene)
    expect(a.pixels.some((v) => v > 0)).toBe(true)
    expect(differing(a, b)).toBe(0)
  })

  it('survive coordinates far out of the picture', () => {
    const scene = (r: Rasteriser) => {
      polyline(r, [
        [-1e300, 5],
        [1e300, 15],
        [10, -1e308],
        [12, 1e308],
        [Number.MAX_VALUE, -Number.MAX_VALUE],
        [3, 3],
        [-5e8, 3],
      ])
    }
    const a = draw(wasm, 30, 20, scene)
    expect(differing(a, draw(js, 30, 20, scene))).toBe(0)
  })
})

describe('coverage', () => {
  it('of a level line is its width in every column, wherever it lies', () => {
    for (const y of [10, 10.25, 10.5, 10.9]) {
      const drawn = draw(wasm, 40, 20, (r) =>
        polyline(r, [
          [-5, y],
          [45, y],
        ]),
      )
      for (let x = 0; x < 40; x++) expect(drawn.column(x)).toBeCloseTo(1.5, 1)
    }
  })

  it.each([0.2, 0.5, 0.9, 1.5, 4, 12])('of a line of slope %s is that of the ideal stroke', (slope) => {
    const drawn = draw(wasm, 60, 800, (r) =>
      polyline(r, [
        [-60, 40 - 60 * slope],
        [120, 40 + 120 * slope],
      ]),
    )
    const ideal = 1.5 * Math.sqrt(1 + slope * slope)
    // Away from the edges, where the stroke of neighbouring columns is cut.
    for (let x = 5; x < 55; x++) {
      if (40 + slope * (x + 3) > 790) break
      expect(drawn.column(x) / ideal).toBeCloseTo(1, 1)
    }
  })

  it('has no notches where the slope wavers about one', () => {
    const vertices = Array.from({ length: 80 }, (_, i): [number, number] => [i * 1.3 - 5, i * 1.3 + (i % 2) * 0.12])
    const drawn = draw(wasm, 60, 100, (r) => polyline(r, vertices))
    for (let x = 5; x < 55; x++) expect(drawn.column(x) / (1.5 * Math.SQRT2)).toBeCloseTo(1, 0.7)
  })

  it('of a steep line is its width across, with soft edges', () => {
    const drawn = draw(wasm, 40, 200, (r) =>
      polyline(r, [
        [10, -20],
        [30, 220],
      ]),
    )
    const across = 1.5 * Math.sqrt(1 + (20 / 240) ** 2)
    for (let y = 20; y < 180; y++) expect(drawn.row(y)).toBeCloseTo(across, 1)
    const partial = drawn.pixels.filter((v, i) => i % 4 === 3 && v > 10 && v < 245).length
    expect(partial).toBeGreaterThan(150)
  })

  it('doubles with the pen at two device pixels to one', () => {
    const drawn = draw(wasm, 40, 20, (r) =>
      polyline(
        r,
        [
          [-5, 10],
          [45, 10],
        ],
        { ...PEN, width: 3 },
      ),
    )
    expect(drawn.column(20)).toBeCloseTo(3, 1)
  })

  it('never exceeds one and alpha is applied once, however often a line crosses itself', () => {
    const vertices = Array.from({ length: 400 }, (_, i): [number, number] => [10 + (i % 7) * 2.3, 10 + ((i * 13) % 11)])
    const drawn = draw(wasm, 40, 30, (r) => polyline(r, vertices, { ...PEN, alpha: 128 }))
    const most = Math.max(...drawn.pixels.filter((_, i) => i % 4 === 3))
    expect(most).toBe(128)
  })

  it('keeps the colour of the pen under partial coverage', () => {
    const drawn = draw(wasm, 40, 20, (r) =>
      polyline(r, [
        [-5, 10.3],
        [45, 13.3],
      ]),
    )
    for (let i = 0; i < drawn.pixels.length; i += 4) {
      if (drawn.pixels[i + 3] < 32) continue
      expect(Math.abs(drawn.pixels[i] - 0x33)).toBeLessThanOrEqual(4)
      expect(Math.abs(drawn.pixels[i + 2] - 0x99)).toBeLessThanOrEqual(4)
    }
  })
})

describe('gaps and dots', () => {
  it('leave nothing where values are not finite', () => {
    for (const hole of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const drawn = draw(wasm, 60, 20, (r) =>
        polyline(r, [
          [0, 10],
          [20, 10],
          [30, hole],
          [40, 10],
          [60, 10],
        ]),
      )
      for (let x = 22; x < 38; x++) expect(drawn.column(x)).toBe(0)
      expect(drawn.column(10)).toBeGreaterThan(1)
      expect(drawn.column(50)).toBeGreaterThan(1)
    }
  })

  it('show a lone point as a dot', () => {
    const drawn = draw(wasm, 20, 20, (r) => polyline(r, [[10, 10]]))
    const ink = Array.from({ length: 20 }, (_, x) => drawn.column(x)).reduce((a, b) => a + b, 0)
    expect(ink).toBeGreaterThan(4)
    expect(drawn.at(9, 9)).toBeGreaterThan(0.8)
  })

  it('of a dash pattern repeat along x and never hide a spike', () => {
    const pen = { ...PEN, dash: { on: 6, off: 6, phase: 0 } }
    const level = draw(wasm, 48, 20, (r) =>
      polyline(
        r,
        [
          [-5, 10],
          [60, 10],
        ],
        pen,
      ),
    )
    expect([2, 14, 26].map((x) => level.column(x) > 1)).toEqual([true, true, true])
    expect([8, 20, 32].map((x) => level.column(x))).toEqual([0, 0, 0])
    const spike = draw(wasm, 48, 60, (r) =>
      polyline(
        r,
        [
          [-5, 50],
          [8.4, 50],
          [8.5, 5],
          [8.6, 50],
          [60, 50],
        ],
        pen,
      ),
    )
    expect(spike.at(8, 20)).toBe(1)
  })
})

describe('paintFrame', () => {
  function spec(width: number, height: number, view: FrameSpec['view'], strokes: FrameSpec['strokes']): FrameSpec {
    return { width, height, ratio: 1, view, strokeWidth: 1.5, draft: false, strokes }
  }

  it('shows a single spike among ten million points', () => {
    const n = 10_000_000
    const x = new Float64Array(n)
    const y = new Float64Array(n)
    for (let i = 0; i < n; i++) x[i] = i
    y[7_654_321] = 100
    const binned = binLine(pointLine(0, x, y), null, 1000)
    expect(binned.data.mode).toBe('bins')
    const line = plotLine(binned, 'linear', 'linear')
    const view = { x: { min: 0, max: n - 1 }, y: { min: -10, max: 110 } }
    finish(paintFrame(wasm, [line], spec(1000, 240, view, [{ rgb: 0, alpha: 255, dash: null }])))
    const pixels = wasm.finish()
    const alpha = (px: number, py: number) => pixels[4 * (py * 1000 + px) + 3]
    const column = Math.floor((7_654_321 / (n - 1)) * 1000)
    // All the way from the base line (row 220) to the tip (row 20), and only there.
    for (let row = 22; row < 218; row++) expect(alpha(column, row)).toBe(255)
    for (const px of [column - 3, column + 3, 100]) expect(alpha(px, 100)).toBe(0)
  }, 20_000)

  it('puts faint raw data under the smoothed line whatever their order', () => {
    const x = Float64Array.of(0, 50, 100)
    const level = Float64Array.of(5.5, 5.5, 5.5)
    const smoothed = plotLine(pointLine(0, x, level, 'smoothed'), 'linear', 'linear')
    const raw = plotLine(pointLine(0, x, level), 'linear', 'linear')
    const view = { x: { min: 0, max: 100 }, y: { min: 0, max: 10 } }
    const strokes = [
      { rgb: 0xff0000, alpha: 255, dash: null },
      { rgb: 0x0000ff, alpha: 60, dash: null },
    ]
    finish(paintFrame(wasm, [smoothed, raw], spec(50, 10, view, strokes)))
    const pixels = wasm.finish()
    const middle = 4 * (4 * 50 + 25)
    expect([...pixels.slice(middle, middle + 4)]).toEqual([255, 0, 0, 255])
  })

  it('draws nothing for hidden lines and no further than the view', () => {
    const x = Float64Array.from({ length: 1000 }, (_, i) => i)
    const line = plotLine(pointLine(0, x, x), 'linear', 'linear')
    const view = { x: { min: 100, max: 200 }, y: { min: 0, max: 1000 } }
    finish(paintFrame(wasm, [line], spec(100, 100, view, [null])))
    expect(wasm.finish().every((v) => v === 0)).toBe(true)
  })

  it('draws a log axis as straight as its logarithms', () => {
    const x = Float64Array.of(0, 1, 2, 3)
    const line = plotLine(pointLine(0, x, Float64Array.of(1, 10, 100, 1000)), 'linear', 'log')
    const view = { x: { min: 0, max: 3 }, y: { min: 0, max: 3 } }
    finish(paintFrame(wasm, [line], spec(90, 90, view, [{ rgb: 0, alpha: 255, dash: null }])))
    const pixels = wasm.finish()
    for (let i = 5; i < 85; i++) expect(pixels[4 * ((89 - i) * 90 + i) + 3]).toBeGreaterThan(200)
  })
})

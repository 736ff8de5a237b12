import { expect, it } from 'vitest'
import { stale } from '../../../../wasm/build.mjs'

it('the committed rasteriser is what its source gives', () => {
  expect(stale()).toEqual([])
}, 60_000)

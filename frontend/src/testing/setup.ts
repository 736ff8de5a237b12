import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(cleanup)

// What jsdom lacks and the page's libraries ask for.
window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  }) as MediaQueryList

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return []
  }
}
window.ResizeObserver ??= Observer as unknown as typeof ResizeObserver
window.IntersectionObserver ??= Observer as unknown as typeof IntersectionObserver
Element.prototype.scrollIntoView ??= () => {}
Element.prototype.scrollTo ??= (() => {}) as typeof Element.prototype.scrollTo
Range.prototype.getClientRects ??= () => [] as unknown as DOMRectList
Range.prototype.getBoundingClientRect ??= () => new DOMRect()

// Elements have no size in jsdom; virtual lists need one to draw rows.
for (const [name, size] of [
  ['offsetHeight', 280],
  ['clientHeight', 280],
  ['offsetWidth', 900],
  ['clientWidth', 900],
] as const) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size })
}

/** A 2D context that takes everything and draws nothing. */
function quietContext(canvas: HTMLCanvasElement) {
  const known: Record<string | symbol, unknown> = {
    canvas,
    measureText: (text: string) => ({ width: text.length * 6 }),
  }
  return new Proxy(known, {
    get: (target, key) => (key in target ? target[key] : () => {}),
    set: (target, key, value) => {
      target[key] = value
      return true
    },
  })
}
HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement) {
  return quietContext(this)
} as unknown as typeof HTMLCanvasElement.prototype.getContext
globalThis.ImageData ??= class {
  constructor(readonly data: Uint8ClampedArray) {}
} as unknown as typeof ImageData

// Roles are looked up often; whether something is hidden by styles costs most of
// it, and there are no styles here. A busy machine may take its time.
configure({ defaultHidden: true, asyncUtilTimeout: 12_000 })

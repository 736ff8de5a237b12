/** A page in the real window, over the W3C WebDriver protocol. */
import { setTimeout as sleep } from 'node:timers/promises'

/** How WebDriver writes an element in JSON. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

/** Keys that are no characters, in the protocol's private code points. */
export const KEYS = {
  Escape: '\uE00C',
  Enter: '\uE007',
  Control: '\uE009',
  Alt: '\uE00A',
  Backspace: '\uE003',
} as const

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

type Handle = Record<typeof ELEMENT, string>

export class Driver {
  private constructor(private readonly session: string) {}

  /** Starts the program by a driver that listens on a port of this machine. */
  static async start(port: number, binary: string, args: string[]): Promise<Driver> {
    const base = `http://127.0.0.1:${port}`
    for (let i = 0; ; i++) {
      try {
        await send('GET', `${base}/status`)
        break
      } catch (e) {
        if (i > 100) throw e
        await sleep(50)
      }
    }
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } } }
    const { sessionId } = (await send('POST', `${base}/session`, { capabilities })) as { sessionId: string }
    return new Driver(`${base}/session/${sessionId}`)
  }

  /** Runs a function in the page; it may use its arguments and the page, nothing else. */
  async run<A extends unknown[], T>(f: (...args: A) => T, ...args: A): Promise<Awaited<T>> {
    const script = `const done = arguments[arguments.length - 1]
      Promise.resolve().then(() => (${f.toString()})(...[...arguments].slice(0, -1))).then(
        (value) => done({ value: value === undefined ? null : value }), (e) => done({ failed: String(e) }))`
    const answer = (await this.post('execute/async', { script, args })) as { value: Awaited<T>; failed?: string }
    if (answer.failed !== undefined) throw new Error(`in the page: ${answer.failed}`)
    return answer.value
  }

  /** The first visible element of a selector that has this text or name; waits for it. */
  async find(selector: string, text = ''): Promise<Handle> {
    const end = Date.now() + 15_000
    for (;;) {
      const found = await this.run(
        (selector: string, text: string) => {
          const matches = (e: Element) => `${e.getAttribute('aria-label') ?? ''} ${e.textContent}`.includes(text)
          const visible = (e: Element) => e.getClientRects().length > 0
          return [...document.querySelectorAll(selector)].find((e) => visible(e) && matches(e)) ?? null
        },
        selector,
        text,
      )
      if (found !== null) return found as unknown as Handle
      if (Date.now() > end) throw new Error(`no ${selector} "${text}" on screen:\n${await this.text()}`)
      await sleep(50)
    }
  }

  async click(selector: string, text = ''): Promise<void> {
    const element = await this.find(selector, text)
    await this.post(`element/${element[ELEMENT]}/click`, {})
  }

  /** Where an element is in the page. */
  async box(selector: string, text = ''): Promise<Box> {
    const element = await this.find(selector, text)
    return (await this.request('GET', `element/${element[ELEMENT]}/rect`)) as Box
  }

  /** Presses keys one after the other, releasing each. */
  async type(text: string): Promise<void> {
    await this.keys([...text].flatMap((value) => [down(value), up(value)]))
  }

  /** Presses keys together, as in chord(KEYS.Alt, '2'). */
  async chord(...keys: string[]): Promise<void> {
    await this.keys([...keys.map(down), ...keys.toReversed().map(up)])
  }

  /** Drags with the left button, in steps as a hand does. */
  async drag(from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
    const move = (x: number, y: number) => ({ type: 'pointerMove', duration: 30, x: Math.round(x), y: Math.round(y) })
    const steps = [1, 2, 3, 4, 5, 6].map((i) =>
      move(from.x + ((to.x - from.x) * i) / 6, from.y + ((to.y - from.y) * i) / 6),
    )
    const actions = [
      move(from.x, from.y),
      { type: 'pointerDown', button: 0 },
      ...steps,
      { type: 'pointerUp', button: 0 },
    ]
    await this.post('actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] })
  }

  /** Everything that can be read on the page. */
  text(): Promise<string> {
    // biome-ignore lint/performance/useDomNodeTextContent: lines, and only what is visible
    return this.run(() => document.body.innerText)
  }

  private async keys(actions: { type: string; value: string }[]): Promise<void> {
    await this.post('actions', { actions: [{ type: 'key', id: 'keyboard', actions }] })
  }

  private post(path: string, body: unknown): Promise<unknown> {
    return this.request('POST', path, body)
  }

  private request(method: string, path: string, body?: unknown): Promise<unknown> {
    return send(method, `${this.session}/${path}`, body)
  }
}

function down(value: string) {
  return { type: 'keyDown', value }
}

function up(value: string) {
  return { type: 'keyUp', value }
}

async function send(method: string, url: string, body?: unknown): Promise<unknown> {
  const init: RequestInit = { method }
  if (body !== undefined) init.body = JSON.stringify(body)
  const response = await fetch(url, init)
  const { value } = (await response.json()) as { value: unknown }
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname}: ${JSON.stringify(value)}`)
  return value
}

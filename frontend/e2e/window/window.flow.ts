/** One long use of the real window, from an opened folder to the end of the program. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@playwright/test'
import { KEYS } from './driver'
import { Desktop, Driven, dropFolders, Home, internetSockets, listing, Plain } from './program'

test.describe.configure({ mode: 'serial' })

let home: Home
let app: Driven
let desktop: Desktop
const folders = { crashed: '', basic: '', media: '' }
const before: Record<string, unknown> = {}

/** Texts of the cells of one column, from the top. */
function column(title: string): Promise<string[]> {
  return app.page.run((title: string) => {
    const headers = [...document.querySelectorAll('[role=columnheader]')]
    const at = headers.find((h) => h.textContent?.startsWith(title))?.getAttribute('aria-colindex')
    return [...document.querySelectorAll(`[role=gridcell][aria-colindex="${at}"]`)].map((c) => c.textContent ?? '')
  }, title)
}

/** How many runs match, as the query bar says it; not how long that took. */
const matched = () =>
  app.page.run(() => document.querySelector('[data-testid=matched]')?.textContent?.replace(/ · .*/, '') ?? '')

const inPage = (selector: string) => app.page.run((s: string) => document.querySelectorAll(s).length, selector)

/** Colours that differ in what the charts' canvases show. */
const colours = () =>
  app.page.run(() =>
    [...document.querySelectorAll<HTMLCanvasElement>('.chart canvas')].map((shown) => {
      const copy = document.createElement('canvas')
      copy.width = shown.width
      copy.height = shown.height
      const pen = copy.getContext('2d')
      if (pen === null) throw new Error('no canvas')
      pen.drawImage(shown, 0, 0)
      return new Set(new Uint32Array(pen.getImageData(0, 0, copy.width, copy.height).data.buffer)).size
    }),
  )

/** Clicks with the pointer of the X server, as a hand does. */
async function press(selector: string, text: string): Promise<void> {
  const box = await app.page.box(selector, text)
  desktop.point(box.x + box.width / 2, box.y + box.height / 2, await app.page.run(() => window.innerHeight))
  desktop.xdotool('click', 1)
}

test.beforeAll(() => {
  home = new Home()
  for (const name of ['crashed', 'basic', 'media'] as const) {
    folders[name] = home.repository(name)
    before[name] = listing(folders[name])
  }
})

test.afterAll(() => home.remove())

test('a folder given as argument is on screen', async () => {
  app = await Driven.start(home, [folders.crashed])
  desktop = new Desktop(app.pid)
  await expect.poll(matched).toBe('7 of 7')
  expect(desktop.window()).not.toBe('')
  await expect
    .poll(async () => (await column('State')).toSorted())
    .toEqual([...Array(2).fill('finished'), ...Array(5).fill('stalled')])
  expect(await app.page.run(() => document.title)).toBe('Aimdesk')
})

test('text narrows the runs', async () => {
  await app.page.chord(KEYS.Control, 'f')
  await app.page.type('term')
  await expect.poll(matched).toBe('1 of 7')
  await expect.poll(() => column('Name')).toEqual(['crash-term'])
  await app.page.chord(KEYS.Control, 'a')
  await app.page.type(KEYS.Backspace)
  await expect.poll(matched).toBe('7 of 7')
})

test('a query narrows the runs; a wrong one is answered where it is', async () => {
  await app.page.click('[data-testid=query-editor] .cm-content')
  await app.page.type('run.hparams.steps < > 3')
  await expect
    .poll(() => app.page.run(() => document.querySelector('[role=alert]')?.textContent ?? ''))
    .toContain('invalid syntax')
  expect(await inPage('[role=gridcell]')).toBeGreaterThan(0)
  await app.page.chord(KEYS.Control, 'a')
  await app.page.type(`run.hparams.steps >= 300${KEYS.Escape}`)
  await app.page.click('[data-testid=query-editor] .cm-content')
  await app.page.type(KEYS.Enter)
  await expect.poll(matched).toBe('3 of 7')
  await expect.poll(async () => (await column('Name')).toSorted()).toEqual(['crash-exit', 'crash-kill', 'crash-term'])
  await app.page.chord(KEYS.Control, 'a')
  await app.page.type(KEYS.Backspace)
  await expect.poll(matched).toBe('7 of 7')
})

test('a column sorts', async () => {
  await app.page.click('[role=columnheader]', 'Name')
  await expect.poll(() => column('Name')).toEqual((await column('Name')).toSorted())
  await app.page.click('[role=columnheader]', 'Name')
  await expect.poll(() => column('Name')).toEqual((await column('Name')).toSorted().toReversed())
})

test('selected runs are drawn, from their files', async () => {
  await app.page.click('[role=gridcell]', 'crash-term')
  await app.page.click('[role=gridcell]', 'crash-exit')
  const took = await app.page.run(async () => {
    const start = performance.now()
    document.body.dispatchEvent(
      new KeyboardEvent('keydown', { key: '2', code: 'Digit2', altKey: true, bubbles: true, cancelable: true }),
    )
    while (document.querySelector('.chart[data-phase=ready]') === null) await new Promise(requestAnimationFrame)
    return performance.now() - start
  })
  test.info().annotations.push({ type: 'charts ready', description: `${Math.round(took)} ms` })
  await expect.poll(async () => (await colours()).filter((n) => n > 10).length).toBeGreaterThanOrEqual(2)
})

test('a chart zooms, and back', async () => {
  const box = await app.page.box('.chart[data-phase=ready]')
  const y = box.y + box.height / 2
  await app.page.drag({ x: box.x + box.width * 0.3, y }, { x: box.x + box.width * 0.6, y: y + 2 })
  await app.page.find('button', 'Whole axis')
  expect((await colours()).filter((n) => n > 10).length).toBeGreaterThanOrEqual(2)
  await app.page.type('r')
  await expect.poll(() => app.page.run(() => document.body.textContent.includes('Whole axis'))).toBe(false)
})

test('Reindex All, by the mouse, says what it read', async () => {
  await app.page.chord(KEYS.Control, '3')
  await app.page.find('main[aria-label=Index]')
  expect(await app.page.text()).not.toContain('Last Reindex All')
  await press('button', 'Reindex All')
  await app.page.find('h2', 'Last Reindex All')
  const report = await app.page.run(() => document.getElementById('report-title')?.parentElement?.textContent ?? '')
  expect(report).toMatch(/7 runs and 23,430 points/)
  for (const line of ['0 new', '0 gone', '5 stalled', '0 unreadable']) expect(report).toContain(line)
  const figures = await app.page.run(() => document.querySelector('[aria-label=Figures]')?.textContent ?? '')
  for (const figure of ['7runs', '7indexed', '0waiting', '2finished', '5stalled']) expect(figures).toContain(figure)
})

test('a run has a page, and neighbours', async () => {
  await app.page.chord(KEYS.Control, '1')
  await app.page.click('[role=gridcell]', 'crash-kill')
  await app.page.type(KEYS.Enter)
  await app.page.find('main', 'Run crash-kill')
  const hash = () => app.page.run(() => document.querySelector('main')?.textContent ?? '')
  await app.page.find('[role=tab]', 'Overview')
  await sleep(500) // what the page still asks for
  const first = await hash()
  await app.page.type(']')
  await expect.poll(hash).not.toBe(first)
  await app.page.type('[')
  await expect.poll(hash).toBe(first)
  await app.page.type(KEYS.Escape)
  await app.page.find('[role=grid]')
})

test('the dark theme is in force at once', async () => {
  await app.page.chord(KEYS.Control, ',')
  await app.page.click('label', 'Dark')
  await expect.poll(() => app.page.run(() => document.documentElement.dataset.theme)).toBe('dark')
  expect(await app.page.run(() => getComputedStyle(document.documentElement).backgroundColor)).toBe('rgb(27, 28, 31)')
})

test('a second start hands its folder to the window', async () => {
  const second = new Plain(home, [folders.basic])
  expect(await second.ended).toBe(0)
  await app.page.find('[data-testid=rail]', 'basic')
  await app.page.chord(KEYS.Control, '1')
  await expect.poll(matched).not.toBe('')
})

test('a dropped folder opens, and the page stays', async () => {
  const height = await app.page.run(() => window.innerHeight)
  let wobble = 0
  await dropFolders(home, desktop, [folders.media], () => desktop.point(400 + ++wobble * 3, 300, height))
  await app.page.find('[data-testid=rail]', 'media')
  expect(await app.page.run(() => location.protocol)).toBe('wails:')
  expect(await inPage('[data-testid=drop-hint]')).toBe(0)
})

test('Quit ends the program', async () => {
  desktop.xdotool('windowsize', '--sync', desktop.window(), 1120, 700)
  await sleep(300)
  desktop.xdotool('windowfocus', '--sync', desktop.window(), 'key', '--clearmodifiers', 'ctrl+q')
  expect(await app.ended()).toBe(0)
})

test('the next start is as the last one ended', async () => {
  app = await Driven.start(home, [])
  desktop = new Desktop(app.pid)
  for (const name of ['crashed', 'basic', 'media']) await app.page.find('[data-testid=rail]', name)
  await expect.poll(matched).not.toBe('')
  expect(await app.page.run(() => document.documentElement.dataset.theme)).toBe('dark')
  expect(desktop.size()).toEqual({ width: 1120, height: 700 })
  desktop.xdotool('windowfocus', '--sync', desktop.window(), 'key', '--clearmodifiers', 'ctrl+q')
  expect(await app.ended()).toBe(0)
})

test('without a driver there is no internet socket, and SIGTERM ends it', async () => {
  const plain = new Plain(home)
  expect(await plain.ready()).toBeGreaterThan(0)
  expect(internetSockets(plain.pid)).toEqual([])
  const start = Date.now()
  process.kill(plain.pid, 'SIGTERM')
  expect(await plain.ended).toBe(0)
  expect(Date.now() - start).toBeLessThan(3000)
})

test('not one byte below .aim has changed', () => {
  for (const name of ['crashed', 'basic', 'media'] as const) expect(listing(folders[name])).toEqual(before[name])
})

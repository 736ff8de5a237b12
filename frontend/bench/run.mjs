/**
 * Measures the chart in a browser: node bench/run.mjs [path of the browser].
 * Serves bench/chart.html with Vite, drives it with Playwright and prints
 * figures beside the targets. Frame rates are given as shares of what
 * requestAnimationFrame reaches when nothing is drawn, so that they mean the
 * same on a slow machine.
 */
import { chromium } from 'playwright-core'
import { createServer } from 'vite'

const browserPath = process.argv[2] ?? '/usr/bin/chromium'
const server = await createServer({ server: { port: 0, host: '127.0.0.1' }, logLevel: 'error' })
await server.listen()
const base = server.resolvedUrls.local[0]
const browser = await chromium.launch({ executablePath: browserPath, args: ['--disable-gpu', '--no-sandbox'] })

/** In the page: counts animation frames until told to stop. */
function startMeter() {
  const meter = { times: [], lags: [], run: true }
  window.meter = meter
  const engine = window.bench.handle.current
  let lastExact = performance.now()
  const tick = () => {
    const now = performance.now()
    meter.times.push(now)
    // How old the view is that the picture on screen was made for.
    const { exact, shownFrom } = engine.stats()
    if (exact) lastExact = now
    else meter.lags.push(now - Math.max(shownFrom, lastExact))
    if (meter.run) requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
}

function stopMeter() {
  const { meter } = window
  meter.run = false
  const gaps = meter.times.slice(1).map((t, i) => t - meter.times[i])
  const total = meter.times[meter.times.length - 1] - meter.times[0]
  return { fps: (1000 * gaps.length) / total, worst: Math.max(...gaps), lags: meter.lags }
}

async function idle(page) {
  await page.evaluate(startMeter)
  await page.waitForTimeout(2000)
  return page.evaluate(stopMeter)
}

async function during(page, act) {
  await page.evaluate(startMeter)
  await act()
  const result = await page.evaluate(stopMeter)
  await page.waitForTimeout(600)
  return result
}

async function measure(lines, points) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 600 } })
  await page.goto(`${base}bench/chart.html?lines=${lines}&points=${points}`)
  await page.waitForFunction(() => window.bench?.firstExact > 0, null, { timeout: 60_000 })
  await page.waitForTimeout(500)
  const first = await page.evaluate(() => ({
    wait: window.bench.firstExact - window.bench.timings.answered,
    draw: window.bench.handle.current.stats().drawMilliseconds,
    build: window.bench.handle.current.stats().engine,
  }))
  // A second load of the same data, with everything warm.
  const again = await page.evaluate(async () => {
    window.bench.firstExact = 0
    window.bench.handle.current.reload()
    while (window.bench.firstExact === 0) await new Promise(requestAnimationFrame)
    return window.bench.firstExact - window.bench.timings.answered
  })
  const rest = await idle(page)
  const zoomed = await during(page, async () => {
    await page.mouse.move(600, 300)
    for (let i = 0; i < 40; i++) {
      await page.mouse.wheel(0, i < 24 ? -60 : 60)
      await page.waitForTimeout(25)
    }
  })
  for (let i = 0; i < 8; i++) await page.mouse.wheel(0, -200)
  await page.waitForTimeout(900)
  const panned = await during(page, async () => {
    await page.mouse.move(800, 300)
    await page.keyboard.down('Shift')
    await page.mouse.down()
    for (let i = 0; i < 80; i++) {
      await page.mouse.move(800 - (i < 40 ? i * 8 : (80 - i) * 8), 300)
      await page.waitForTimeout(16)
    }
    await page.mouse.up()
    await page.keyboard.up('Shift')
  })
  await page.mouse.dblclick(600, 300)
  await page.waitForTimeout(900)
  const hovered = await during(page, async () => {
    for (let i = 0; i < 80; i++) {
      await page.mouse.move(100 + i * 12, 350 + 120 * Math.sin(i / 6))
      await page.waitForTimeout(16)
    }
  })
  const frames = await page.evaluate(() => window.bench.handle.current.stats().costs.slice(-80))
  await page.close()
  return { first, again, rest, zoomed, panned, hovered, frames }
}

const share = (part, rest) => `${Math.round((100 * part.fps) / rest.fps)} %`
const most = (values) => (values.length === 0 ? 0 : Math.max(...values))
const mean = (values) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)

for (const [lines, points] of [
  [10, 1000],
  [1000, 200],
  [1000, 2000],
]) {
  const m = await measure(lines, points)
  const rows = [
    ['data to exact lines, first (worker start included)', `${m.first.wait.toFixed(0)} ms`, ''],
    ['data to exact lines, warm', `${m.again.toFixed(0)} ms`, '< 300 ms'],
    ['drawing in the worker', `${m.first.draw.toFixed(0)} ms (${m.first.build})`, ''],
    ['frames at rest', `${m.rest.fps.toFixed(0)} a second`, ''],
    ['wheel: share of frames at rest', share(m.zoomed, m.rest), '>= 90 %'],
    ['wheel: longest frame', `${m.zoomed.worst.toFixed(0)} ms`, '< 100 ms'],
    ['wheel: exact picture behind by', `${most(m.zoomed.lags).toFixed(0)} ms`, '<= 200 ms'],
    ['pan: share of frames at rest', share(m.panned, m.rest), '>= 90 %'],
    ['pan: longest frame', `${m.panned.worst.toFixed(0)} ms`, '< 100 ms'],
    ['pan: exact picture behind by', `${most(m.panned.lags).toFixed(0)} ms`, '<= 200 ms'],
    ['hover: share of frames at rest', share(m.hovered, m.rest), '>= 90 %'],
    [
      'hover: work in a frame, mean and most',
      `${mean(m.frames).toFixed(1)}, ${most(m.frames).toFixed(1)} ms`,
      '< 16 ms',
    ],
  ]
  console.log(`\n${lines} lines x ${points} points, 1200 x 600`)
  for (const [what, value, target] of rows) console.log(`  ${what.padEnd(52)} ${value.padEnd(18)} ${target}`)
}
await browser.close()
await server.close()

/**
 * Pictures of the real window on real repositories. PICTURES says where they go;
 * LARGE names one more repository to show. With README set only the four
 * pictures of the documentation are taken.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@playwright/test'
import { KEYS } from './driver'
import { Desktop, Driven, Home } from './program'

const folder = process.env.PICTURES ?? ''
const large = process.env.LARGE ?? ''
const readme = process.env.README !== undefined
const [width = 1280, height = 800] = (process.env.AIMDESK_SCREEN ?? '').split('x').map(Number)

let home: Home
test.beforeEach(() => {
  home = new Home()
  mkdirSync(folder, { recursive: true })
})
test.afterEach(() => home.remove())

/** Opens a repository in a theme, in a window as large as the screen. */
async function open(
  theme: string,
  repository: string,
): Promise<{ app: Driven; shot: (name: string) => Promise<void> }> {
  mkdirSync(join(home.path, 'config/aimdesk'), { recursive: true })
  writeFileSync(
    join(home.path, 'config/aimdesk/settings.json'),
    JSON.stringify({ version: 1, theme, window: { w: width, h: height } }),
  )
  const app = await Driven.start(home, [repository])
  await app.page.find('[role=gridcell]')
  const desktop = new Desktop(app.pid)
  const shot = async (name: string) => {
    desktop.xdotool('mousemove', width / 2, height - 12)
    await sleep(700)
    const file = join(folder, `${name}.png`)
    execFileSync('import', ['-window', 'root', '-strip', file])
    // Few colours are enough for a window, and make a small file.
    execFileSync('convert', [file, '-dither', 'None', '-colors', '255', `PNG8:${file}`])
  }
  return { app, shot }
}

/** Charts of some runs beside the table, drawn. */
async function showCharts(app: Driven, runs: number): Promise<void> {
  await app.page.type('t')
  await app.page.chord(KEYS.Control, 'a')
  if (runs > 0) await app.page.type(KEYS.Escape)
  await app.page.chord(KEYS.Alt, '2')
  await app.page.find('.chart[data-phase=ready]')
  await sleep(1500)
}

async function indexReport(app: Driven): Promise<void> {
  await app.page.chord(KEYS.Control, '3')
  await app.page.click('button', 'Reindex All')
  await app.page.find('h2', 'Last Reindex All')
}

async function runPage(app: Driven, runName: string): Promise<void> {
  await app.page.chord(KEYS.Control, '1')
  await app.page.chord(KEYS.Alt, '1')
  await app.page.click('[role=gridcell]', runName)
  await app.page.type(KEYS.Enter)
  await app.page.find('[role=tab]', 'Overview')
}

for (const theme of ['light', 'dark']) {
  for (const name of ['basic', 'crashed', ...(large === '' || readme ? [] : ['large'])]) {
    test(`${name} in ${theme}`, async () => {
      const { app, shot } = await open(theme, name === 'large' ? large : home.repository(name))
      const as = (what: string) => (readme ? what : `window-${what}-${name}-${theme}-${width}`)
      if (readme) {
        if (name === 'basic') {
          await showCharts(app, 0)
          await shot(`charts-${theme}`)
        } else if (theme === 'light') {
          await indexReport(app)
          await shot('index-crashed')
          await runPage(app, 'crash-term')
          await shot('run-page')
        }
        return
      }
      await shot(as('runs'))
      await showCharts(app, 1)
      await shot(as('charts'))
      await indexReport(app)
      await shot(as('index'))
      await runPage(app, name === 'crashed' ? 'crash-term' : 'run')
      await shot(as('run'))
    })
  }
}

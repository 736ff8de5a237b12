/** Pictures of every screen, for people to look at: build/screenshots. */
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { openRuns } from './page'

const folder = fileURLToPath(new URL('../../build/screenshots/', import.meta.url))
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]

for (const scheme of ['light', 'dark'] as const) {
  for (const size of SIZES) {
    const name = `${scheme}-${size.width}`
    test(`screens ${name}`, async ({ page }) => {
      test.setTimeout(240_000)
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await page.setViewportSize(size)
      const shot = (what: string) => page.screenshot({ path: `${folder}${what}-${name}.png` })
      await page.goto('/?runs=none')
      await expect(page.getByRole('heading', { name: 'Open an Aim repository' })).toBeVisible()
      await shot('start')
      await page.goto('/?runs=0')
      await expect(page.getByRole('heading', { name: /no runs yet/ })).toBeVisible()
      await shot('empty')
      for (const runs of [6, 1000, 10_000]) {
        await openRuns(page, runs)
        await shot(`runs-${runs}`)
        await page.keyboard.press('Alt+2')
        await charts(page)
        await shot(`split-${runs}`)
        await page.keyboard.press('Alt+3')
        await charts(page)
        await shot(`charts-${runs}`)
      }
      await openRuns(page, 1000)
      await walk(page, shot)
    })
  }
}

async function charts(page: Page): Promise<void> {
  await expect(page.locator('.chart[data-phase=ready]').first()).toBeVisible({ timeout: 30_000 })
  await page.waitForTimeout(1500)
}

async function walk(page: Page, shot: (what: string) => Promise<unknown>): Promise<void> {
  const open = async (keys: string, what: string) => {
    await page.keyboard.press(keys)
    await page.waitForTimeout(400)
    await shot(what)
    await page.keyboard.press('Escape')
    await page.waitForTimeout(200)
  }
  await open('ControlOrMeta+k', 'palette')
  await open('?', 'shortcuts')
  await open('ControlOrMeta+Shift+c', 'columns')
  await open('ControlOrMeta+e', 'export')
  await page.keyboard.press('t')
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowDown')
  await page.waitForTimeout(300)
  await shot('selection')
  await page.keyboard.press('Shift+F10')
  await page.waitForTimeout(200)
  await shot('menu')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Alt+2')
  await charts(page)
  await page.getByTestId('chart-card').first().hover()
  await page.waitForTimeout(300)
  await shot('split-selection')
  await page.keyboard.press('Alt+1')
  await open('c', 'compare')
  await page.keyboard.press('/')
  await page.keyboard.type('run.hparams.')
  await page.waitForTimeout(400)
  await shot('completion')
  await page.keyboard.type('lr < > 3')
  await page.waitForTimeout(1600)
  await shot('query-error')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Backspace')
  await page.waitForTimeout(500)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  const tabs = await page.getByRole('tab').allTextContents()
  for (const [i, tab] of tabs.entries()) {
    await page.keyboard.press(String(i + 1))
    await page.waitForTimeout(900)
    await shot(`run-${tab.replace(/\d.*/, '').toLowerCase()}`)
  }
  await page.keyboard.press('ControlOrMeta+3')
  await page.waitForTimeout(300)
  await shot('index')
  await page.getByRole('button', { name: 'Reindex All' }).click()
  await page.waitForTimeout(1500)
  await shot('index-reindex')
  await expect(page.getByText(/Last Reindex All/)).toBeVisible()
  await shot('index-report')
  await page.keyboard.press('ControlOrMeta+,')
  await page.waitForTimeout(300)
  await shot('settings')
}

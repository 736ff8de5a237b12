import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page, test } from '@playwright/test'
import { openRuns, watchErrors } from './page'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeWindow {
  axe: {
    run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>
  }
}

/** Accessibility rules that need real layout and colours, too. */
async function problems(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as AxeWindow).axe.run({ resultTypes: ['violations'] })
    return violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 140)} ${(n.failureSummary ?? '').slice(0, 220)}`),
    )
  })
}

for (const scheme of ['light', 'dark'] as const) {
  test(`contrast and layout hold in ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    const grid = await openRuns(page, 60)
    await grid.getByRole('row').nth(3).click()
    expect(await problems(page)).toEqual([])
    await page.keyboard.press('Alt+2')
    await expect(page.locator('.chart[data-phase=ready]').first()).toBeVisible()
    expect(await problems(page)).toEqual([])
    await page.keyboard.press('ControlOrMeta+3')
    await expect(page.getByRole('main', { name: 'Index' })).toBeVisible()
    expect(await problems(page)).toEqual([])
    await page.keyboard.press('ControlOrMeta+,')
    await expect(page.getByRole('main', { name: 'Settings' })).toBeVisible()
    expect(await problems(page)).toEqual([])
  })
}

test('high contrast follows the system', async ({ page }) => {
  await page.emulateMedia({ contrast: 'more', colorScheme: 'dark' })
  await openRuns(page, 60)
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'contrast')
  expect(await problems(page)).toEqual([])
  await page.emulateMedia({ contrast: 'no-preference', colorScheme: 'light' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
})

test('the first paint is in the theme', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.route('**/*.js', async (route) => {
    if (route.request().url().endsWith('theme.js')) await route.continue()
    else await new Promise(() => {}) // the page's own script never arrives
  })
  await page.goto('/', { waitUntil: 'commit' })
  await expect
    .poll(() => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor))
    .toBe('rgb(27, 28, 31)')
})

test('the page runs under the program’s content policy', async ({ page }) => {
  const errors = watchErrors(page)
  const policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; frame-src 'none'; base-uri 'none'; form-action 'none'"
  await page.route('**/*', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': policy } })
  })
  await openRuns(page, 60)
  await page.keyboard.press('Alt+2')
  await expect(page.locator('.chart[data-phase=ready]').first()).toBeVisible()
  expect(errors).toEqual([])
})

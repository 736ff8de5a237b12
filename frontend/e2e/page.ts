import { expect, type Locator, type Page } from '@playwright/test'

/** Opens the page on made-up runs that stand still, and waits for the table. */
export async function openRuns(page: Page, runs: number, more = '&live=0'): Promise<Locator> {
  await page.goto(`/?runs=${runs}${more}`)
  const grid = page.getByRole('grid', { name: 'Runs' })
  await expect(grid.getByRole('row').nth(1)).toBeVisible()
  return grid
}

/** Fails on what the page logs as an error. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', (e) => errors.push(e.message))
  page.on('console', (m) => {
    if (m.type() === 'error') errors.push(m.text())
  })
  return errors
}

import { expect, test } from '@playwright/test'
import { openRuns, watchErrors } from './page'

test('ten thousand runs scroll like ten', async ({ page }) => {
  const errors = watchErrors(page)
  const grid = await openRuns(page, 10_000)
  const frames = await grid.evaluate(async (el) => {
    const gaps: number[] = []
    let last = performance.now()
    for (let i = 0; i < 60; i++) {
      el.scrollTop += 2800
      await new Promise(requestAnimationFrame)
      gaps.push(performance.now() - last)
      last = performance.now()
    }
    return gaps.sort((a, b) => a - b)
  })
  // A loose bound: the machine may be busy. What is drawn must stay small.
  expect(frames[30]).toBeLessThan(150)
  expect(await grid.getByRole('row').count()).toBeLessThan(80)
  await expect(grid.getByRole('row').nth(10).getByRole('gridcell').nth(2)).not.toBeEmpty()
  expect(errors).toEqual([])
})

test('a query narrows the runs, an error is shown where it is, history comes back', async ({ page }) => {
  await openRuns(page, 1000)
  const matched = page.getByTestId('matched')
  await page.keyboard.press('/')
  await page.keyboard.type('run.hparams.lr < > 3')
  await expect(page.getByRole('alert')).toContainText('Unexpected >')
  await expect(page.locator('.cm-lintRange-error')).toHaveText('>')
  await expect(page.getByRole('grid')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('run.experiment == "tuned"')
  await page.keyboard.press('Enter')
  await expect(matched).toHaveText(/^[12]\d\d of 1,000/)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Backspace')
  await expect(matched).toHaveText('989 of 1,000')
  await page.keyboard.press('ArrowUp')
  await expect(matched).toHaveText(/^[12]\d\d of 1,000/)
})

test('completion offers params', async ({ page }) => {
  await openRuns(page, 60)
  await page.keyboard.press('/')
  await page.keyboard.type('run.hparams.optimizer.')
  await expect(page.getByRole('option', { name: /weight_decay/ })).toBeVisible()
  await page.keyboard.type('wei')
  // Enter right after the list changed is taken for the query's.
  await page.waitForTimeout(300)
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('query-editor')).toContainText('run.hparams.optimizer.weight_decay')
})

test('columns are resized, fitted and moved by dragging', async ({ page }) => {
  const grid = await openRuns(page, 60)
  const header = (name: string) => grid.getByRole('columnheader', { name: new RegExp(`^${name}`) })
  const before = await header('Experiment').boundingBox()
  if (before === null) throw new Error('no header')
  await page.mouse.move(before.x + before.width - 2, before.y + 14)
  await page.mouse.down()
  await page.mouse.move(before.x + before.width + 78, before.y + 14, { steps: 4 })
  await page.mouse.up()
  const wide = await header('Experiment').boundingBox()
  expect(wide?.width).toBeCloseTo(before.width + 80, -1)
  if (wide === null) throw new Error('no header')
  await page.mouse.dblclick(wide.x + wide.width - 2, wide.y + 14)
  await expect.poll(async () => (await header('Experiment').boundingBox())?.width).not.toBe(wide.width)

  const created = await header('Created').boundingBox()
  const tags = await header('Tags').boundingBox()
  if (created === null || tags === null) throw new Error('no header')
  await page.mouse.move(created.x + 20, created.y + 14)
  await page.mouse.down()
  await page.mouse.move(tags.x + 10, tags.y + 14, { steps: 6 })
  await page.mouse.up()
  await expect
    .poll(async () => (await header('Created').boundingBox())?.x)
    .toBeLessThan((await header('Tags').boundingBox())?.x ?? 0)
  expect(await header('Created').getAttribute('aria-sort')).toBe('descending') // moved, not sorted
})

test('live runs never move the selection or the view', async ({ page }) => {
  const grid = await openRuns(page, 1000, '')
  await grid.evaluate((el) => {
    el.scrollTop = 1400
  })
  await expect.poll(() => grid.getByRole('row').nth(12).getAttribute('aria-rowindex')).not.toBe('13')
  await grid.getByRole('row').nth(12).click()
  const chosen = grid.locator('[role=row][aria-selected=true]')
  const index = await chosen.getAttribute('aria-rowindex')
  await page.waitForTimeout(5000)
  await expect(chosen).toHaveAttribute('aria-rowindex', index ?? '')
  expect(await grid.evaluate((el) => el.scrollTop)).toBe(1400)
})

test('all of it works by keyboard', async ({ page }) => {
  const grid = await openRuns(page, 60)
  await page.keyboard.press('t')
  await expect(grid).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.getByText('2 runs selected')).toBeVisible()
  await page.keyboard.press('c')
  await expect(page.getByRole('main', { name: 'Compare runs' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('t')
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('tab', { name: 'Overview' })).toBeVisible()
  await page.keyboard.press(']')
  await page.keyboard.press('2')
  await expect(page.getByRole('textbox', { name: 'Search params' })).toBeVisible()
  await page.keyboard.press('Alt+ArrowLeft')
  await expect(grid).toBeVisible()
})

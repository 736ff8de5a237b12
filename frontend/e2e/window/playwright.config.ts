import { defineConfig } from '@playwright/test'

/** Flows in the real window; scripts/e2e.sh starts them on a display of their own. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/window',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  projects: [
    { name: 'flows', testMatch: '*.flow.ts' },
    { name: 'pictures', testMatch: 'pictures.ts' },
  ],
})

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// The page is served from inside the program under a policy without inline
// script, so everything is bundled and addressed relative to index.html.
export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
  server: { host: '127.0.0.1', port: 5173 },
  preview: { host: '127.0.0.1', port: 4173 },
  test: {
    css: false,
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 60_000,
    // Pure modules need no page; screens share one that is set up once a worker.
    projects: [
      { extends: true, test: { name: 'pure', environment: 'node', include: ['src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'page',
          environment: 'jsdom',
          include: ['src/**/*.test.tsx'],
          setupFiles: ['src/testing/setup.ts'],
          isolate: false,
        },
      },
    ],
  },
})

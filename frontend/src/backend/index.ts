import type { Backend } from './contract'
import { createWailsBackend, hasWails, reportFocus } from './wails'

/** The program where there is one; else data made up in memory, by `?runs=…` of the address. */
export async function chooseBackend(address: URL): Promise<Backend> {
  if (hasWails()) {
    reportFocus()
    return createWailsBackend()
  }
  const { createFakeBackend } = await import('./fake/fake')
  const runs = address.searchParams.get('runs')
  const latency = address.searchParams.get('latency')
  return createFakeBackend({
    runs: runs === null ? 1000 : runs === 'none' ? null : Number(runs),
    live: address.searchParams.get('live') !== '0',
    ...(latency === null ? {} : { latency: Number(latency) }),
  })
}

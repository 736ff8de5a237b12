import { type KernelExports, Rasteriser } from './kernel'
import wasmUrl from './raster.wasm?url&no-inline'

/** The rasteriser: WebAssembly, or its JavaScript twin where that cannot be had. */
export async function loadRasteriser(): Promise<{ raster: Rasteriser; engine: 'wasm' | 'js' }> {
  try {
    const response = await fetch(wasmUrl)
    if (!response.ok) throw new Error(`fetch rasteriser: status ${response.status}`)
    const { instance } = await WebAssembly.instantiate(await response.arrayBuffer())
    return { raster: new Rasteriser(instance.exports as unknown as KernelExports), engine: 'wasm' }
  } catch {
    // No WebAssembly, or a policy forbids it: same pixels, about three times slower.
    const twin = await import('./raster-js.js')
    return { raster: new Rasteriser(twin), engine: 'js' }
  }
}

/**
 * Builds the chart rasteriser: raster.ts to raster.wasm, and from that module
 * the JavaScript twin raster-js.js. Both are committed next to the code that
 * loads them; `node wasm/build.mjs --check` says whether they are current.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '..')
const target = join(root, 'src/components/chart/raster')
const NAMES = ['raster.wasm', 'raster-js.js']

const HEADER = `// Generated from wasm/raster.ts by wasm/build.mjs. Do not edit.
`

/** Compiles the kernel; answers the bytes of both files by name. */
export function compile() {
  const work = mkdtempSync(join(tmpdir(), 'aimdesk-raster-'))
  try {
    const wasm = join(work, 'raster.wasm')
    const js = join(work, 'raster.js')
    run('assemblyscript/bin/asc.js', [
      join(here, 'raster.ts'),
      '--outFile',
      wasm,
      '--runtime',
      'stub',
      '-O3',
      '--converge',
      '--noAssert',
    ])
    run('binaryen/bin/wasm2js', [
      wasm,
      '--enable-bulk-memory-opt',
      '--enable-nontrapping-float-to-int',
      '-O2',
      '-o',
      js,
    ])
    return {
      'raster.wasm': readFileSync(wasm),
      'raster-js.js': Buffer.from(HEADER + readFileSync(js, 'utf8')),
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function run(tool, args) {
  execFileSync(process.execPath, [join(root, 'node_modules', tool), ...args], { cwd: root, stdio: 'inherit' })
}

/** Names of the committed files that differ from what the source gives. */
export function stale() {
  const fresh = compile()
  return NAMES.filter((name) => {
    try {
      return !fresh[name].equals(readFileSync(join(target, name)))
    } catch (error) {
      if (error.code === 'ENOENT') return true
      throw error
    }
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    const old = stale()
    if (old.length > 0) {
      console.error(`not current: ${old.join(', ')}; run node wasm/build.mjs`)
      process.exit(1)
    }
  } else {
    const fresh = compile()
    for (const name of NAMES) {
      writeFileSync(join(target, name), fresh[name])
      console.log(`${name} ${fresh[name].length} bytes`)
    }
  }
}

/** The program under test: its folders, its process, its window. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Driver } from './driver'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const binary = process.env.AIMDESK ?? join(root, 'build/bin/aimdesk')
const tools = process.env.AIMDESK_TOOLS ?? join(root, 'build/bin/e2e')

/** A home of its own for the program, and repositories to open. */
export class Home {
  readonly path = mkdtempSync(join(tmpdir(), process.env.PICTURES ? 'experiments-' : 'aimdesk-e2e-'))
  private readonly children: ChildProcess[] = []
  private readonly driven: Driven[] = []

  constructor() {
    mkdirSync(join(this.path, 'run'), { mode: 0o700 })
  }

  get environment(): NodeJS.ProcessEnv {
    const at = (name: string) => join(this.path, name)
    return {
      ...process.env,
      XDG_CONFIG_HOME: at('config'),
      XDG_CACHE_HOME: at('cache'),
      XDG_DATA_HOME: at('data'),
      XDG_RUNTIME_DIR: at('run'),
      AIMDESK_READY_FILE: at('ready'),
      GTK_A11Y: 'none',
      NO_AT_BRIDGE: '1',
      LANG: 'C.UTF-8',
    }
  }

  /** Unpacks a repository of the test data. */
  repository(name: string): string {
    const path = join(this.path, name)
    mkdirSync(path)
    const archive = join(root, `backend/testdata/repos/aim-3.29.1/${name}.tar.gz`)
    execFileSync('tar', ['-xzf', archive, '-C', path, '--strip-components=1'])
    return path
  }

  spawn(command: string, args: string[], env = this.environment): ChildProcess {
    const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
    this.children.push(child)
    return child
  }

  /** Remembers a start that has to end before this home is removed. */
  keep(start: Driven): void {
    this.driven.push(start)
  }

  /** Ends what was started here, and removes everything. */
  async remove(): Promise<void> {
    await Promise.all(this.driven.map((d) => d.kill()))
    for (const c of this.children) if (c.exitCode === null && c.signalCode === null) c.kill('SIGKILL')
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

/** A start of the program that a driver holds. */
export class Driven {
  private constructor(
    readonly page: Driver,
    readonly pid: number,
    private readonly statusFile: string,
    private readonly driver: ChildProcess,
  ) {}

  static async start(home: Home, args: string[]): Promise<Driven> {
    const wrapper = join(home.path, 'aimdesk')
    const [pidFile, statusFile] = [join(home.path, 'pid'), join(home.path, 'status')]
    for (const f of [pidFile, statusFile]) rmSync(f, { force: true })
    // The driver starts the wrapper, which keeps the exit status.
    const lines = [
      '#!/bin/sh',
      `LD_PRELOAD='${tools}/shim.so' '${binary}' "$@" &`,
      `echo $! >'${pidFile}'`,
      `wait $!`,
      `echo $? >'${statusFile}'`,
    ]
    writeFileSync(wrapper, `${lines.join('\n')}\n`, { mode: 0o755 })
    const port = await freePort()
    const driver = home.spawn('WebKitWebDriver', [`--port=${port}`])
    const page = await Driver.start(port, wrapper, args)
    const start = new Driven(page, Number(readFileSync(pidFile, 'utf8')), statusFile, driver)
    home.keep(start)
    return start
  }

  /** Ends the program for good if it still runs. */
  async kill(): Promise<void> {
    if (readIfThere(this.statusFile) !== '') return
    process.kill(this.pid, 'SIGKILL')
    await this.ended()
  }

  /** Waits until the program has ended; answers its exit status. */
  async ended(): Promise<number> {
    for (let i = 0; i < 200; i++) {
      const status = readIfThere(this.statusFile)
      if (status !== '') {
        this.driver.kill()
        return Number(status)
      }
      await sleep(50)
    }
    throw new Error('the program does not end')
  }
}

/** A start of the program as people start it. */
export class Plain {
  readonly ended: Promise<number | NodeJS.Signals | null>
  readonly pid: number

  constructor(
    readonly home: Home,
    args: string[] = [],
  ) {
    rmSync(join(home.path, 'ready'), { force: true })
    const child = home.spawn(binary, args)
    this.pid = child.pid ?? 0
    this.ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)))
  }

  /** Waits for runs on screen; answers how many rows. */
  async ready(): Promise<number> {
    for (let i = 0; i < 300; i++) {
      const rows = readIfThere(join(this.home.path, 'ready'))
      if (rows !== '') return Number(rows)
      await sleep(100)
    }
    throw new Error('no runs on screen after 30 s')
  }
}

/** Drives the window from outside, by the X server. */
export class Desktop {
  private found = ''

  constructor(private readonly pid: number) {}

  xdotool(...args: (string | number)[]): string {
    return execFileSync('xdotool', args.map(String), { encoding: 'utf8' }).trim()
  }

  /** The program's window; while something is dragged over it there are others of that name. */
  window(): string {
    if (this.found === '') {
      this.found = this.xdotool('search', '--onlyvisible', '--pid', this.pid, '--name', '^Aimdesk').split('\n')[0] ?? ''
    }
    return this.found
  }

  size(): { width: number; height: number } {
    const values = Object.fromEntries(
      this.xdotool('getwindowgeometry', '--shell', this.window())
        .split('\n')
        .map((line) => line.split('=')),
    ) as Record<string, string>
    return { width: Number(values.WIDTH), height: Number(values.HEIGHT) }
  }

  /** Moves the pointer to a place of the page; what is above the page is the menu bar. */
  point(x: number, y: number, pageHeight: number): void {
    this.xdotool(
      'mousemove',
      '--sync',
      '--window',
      this.window(),
      Math.round(x),
      Math.round(this.size().height - pageHeight + y),
    )
  }
}

/** Offers folders to be dragged from a window, and drags them to where `aim` moves the pointer. */
export async function dropFolders(home: Home, desktop: Desktop, folders: string[], aim: () => void): Promise<void> {
  const uris = folders.map((f) => new URL(`file://${encodeURI(f)}`).href)
  const source = home.spawn(join(tools, 'dragsource'), uris)
  const id = desktop.xdotool('search', '--sync', '--onlyvisible', '--name', '^dragsource$').split('\n')[0] ?? ''
  desktop.xdotool('windowmove', '--sync', id, 900, 600)
  desktop.xdotool('windowraise', id)
  await sleep(300)
  desktop.xdotool('mousemove', '--sync', '--window', id, 60, 60, 'mousedown', 1)
  for (const x of [70, 80, 50]) {
    await sleep(60)
    desktop.xdotool('mousemove', '--window', id, x, 40)
  }
  for (let i = 0; i < 4; i++) {
    aim()
    await sleep(100)
  }
  desktop.xdotool('mouseup', 1)
  await sleep(500)
  source.kill()
}

/** Every path below a folder with its kind, size, time and bytes. */
export function listing(folder: string): Record<string, string> {
  const seen: Record<string, string> = {}
  const visit = (path: string, name: string) => {
    const s = lstatSync(path, { bigint: true })
    const content = s.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : ''
    seen[name] = `${s.mode} ${s.size} ${s.mtimeNs} ${s.ctimeNs} ${content}`
    if (s.isDirectory()) for (const e of readdirSync(path)) visit(join(path, e), `${name}/${e}`)
  }
  visit(join(folder, '.aim'), '.aim')
  return seen
}

/** Internet sockets that a process or one of its descendants holds. */
export function internetSockets(pid: number): string[] {
  const family = [pid, ...descendants(pid)]
  const held = new Set(family.flatMap(socketsOf))
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .filter((line) => held.has(line.trim().split(/\s+/)[9] ?? ''))
      .map((line) => `${table} ${line.trim()}`),
  )
}

export function descendants(pid: number): number[] {
  const children = readIfThere(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
  return children.flatMap((c) => [c, ...descendants(c)])
}

function socketsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
    } catch {
      return [] // closed since it was listed
    }
  })
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return '' // not written yet
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

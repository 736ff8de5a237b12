/** Asks for data: at once the first time, after a rest later, the newest wish only. */

export interface LoadWish {
  range: [number, number] | null
  width: number
}

/** Rest after the last change before data is asked for again, in milliseconds. */
export const REST = 80

export class Loader {
  private timer: ReturnType<typeof setTimeout> | null = null
  private running: AbortController | null = null
  private readonly load: (wish: LoadWish, signal: AbortSignal) => Promise<ArrayBuffer>
  private readonly done: (message: ArrayBuffer, wish: LoadWish) => void
  private readonly failed: (error: unknown) => void

  constructor(
    load: (wish: LoadWish, signal: AbortSignal) => Promise<ArrayBuffer>,
    done: (message: ArrayBuffer, wish: LoadWish) => void,
    failed: (error: unknown) => void,
  ) {
    this.load = load
    this.done = done
    this.failed = failed
  }

  /** Loads now; an earlier load that still runs is dropped. */
  now(wish: LoadWish): void {
    this.cancel()
    const controller = new AbortController()
    this.running = controller
    this.load(wish, controller.signal).then(
      (message) => {
        if (this.running !== controller) return
        this.running = null
        this.done(message, wish)
      },
      (error: unknown) => {
        if (this.running !== controller) return
        this.running = null
        this.failed(error)
      },
    )
  }

  /** Calls `wish` once nothing changed for a while, and loads what it answers. */
  later(wish: () => LoadWish | null): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.timer = null
      const next = wish()
      if (next) this.now(next)
    }, REST)
  }

  get busy(): boolean {
    return this.running !== null
  }

  cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.running?.abort()
    this.running = null
  }
}

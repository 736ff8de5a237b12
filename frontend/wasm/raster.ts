/**
 * Column rasteriser for line charts. One source, compiled twice by build.mjs:
 * to WebAssembly and, from that very module, to JavaScript for engines that
 * have no WebAssembly. Both give the same bytes.
 *
 * A line is streamed vertex by vertex. For every pixel column it passes, the
 * kernel knows the exact extent of the polyline in that column and adds its
 * coverage to a one-byte plane; when the line ends, the plane is blended into
 * the picture once and cleared, so a translucent line never blends with itself.
 * Cost: about lines x columns + points, hardly width or alpha.
 *
 * Memory, from BASE up; planes are column-major (pixel (x, y) is at x*H + y) so
 * that a column is contiguous:
 *
 *   picture  u32[W*H]  premultiplied ABGR
 *   output   u32[W*H]  row-major, straight alpha, as ImageData wants it
 *   cover    u8[W*H]   coverage of the line being drawn, 0..255
 *   first    i32[W]    lowest and highest row the line touched in each column
 *   last     i32[W]
 *   input    f64[...]  what the host writes before it calls points or bins
 *
 * The host owns the memory between calls. Nothing here is reentrant.
 */

const BASE: i32 = 1024
/** Pixel coordinates are held within this, so that no conversion overflows. */
const FAR: f64 = 1e7

let W: i32 = 0
let H: i32 = 0
let picture: i32 = 0
let output: i32 = 0
let cover: i32 = 0
let first: i32 = 0
let last: i32 = 0
let input: i32 = 0

// Of the line being drawn.
let half: f64 = 0.75
let fine: bool = true
let dashOn: f64 = 0
let dashPeriod: f64 = 0
let dashPhase: f64 = 0
let touchedFrom: i32 = 0
let touchedTo: i32 = 0

// The run of finite vertices being drawn.
let vertices: i32 = 0
let runX: f64 = 0
let runY: f64 = 0
// The column being gathered: extent, and where the line came in and went out.
let column: i32 = 0
let low: f64 = 0
let high: f64 = 0
let inX: f64 = 0
let inY: f64 = 0
let outX: f64 = 0
/** The column before was drawn row by row. */
let wasSteep: bool = false

/**
 * A column that rises more than RISE pixels is drawn row by row, until one
 * rises less than FALL: between the two both ways give the same picture, but
 * changing from one to the other leaves a notch.
 */
const RISE: f64 = 1.6
const FALL: f64 = 0.6

function align8(n: i32): i32 {
  return (n + 7) & ~7
}

function ensure(end: i32): void {
  const pages = ((end + 0xffff) >>> 16) - memory.size()
  if (pages > 0 && memory.grow(pages) < 0) unreachable()
}

/** Starts an empty, transparent picture of w x h device pixels. */
export function begin(w: i32, h: i32): void {
  W = w
  H = h
  const n = w * h
  picture = BASE
  output = picture + 4 * n
  cover = output + 4 * n
  first = align8(cover + n)
  last = first + 4 * w
  input = align8(last + 4 * w)
  ensure(input)
  memory.fill(picture, 0, 4 * n)
  memory.fill(cover, 0, n)
  for (let x = 0; x < w; x++) clearColumn(x)
  touchedFrom = w
  touchedTo = -1
}

/** Makes room for n numbers of input; answers where they go. Call after begin. */
export function reserve(n: i32): i32 {
  ensure(input + 8 * n)
  return input
}

/**
 * How the next line is drawn: width in device pixels; fine draws steep parts
 * with anti-aliasing in both directions at about twice the cost; dash lengths
 * in device pixels along x (on 0: solid), phase being the place in the pattern
 * at column 0.
 */
export function pen(width: f64, isFine: bool, on: f64, off: f64, phase: f64): void {
  half = width * 0.5
  fine = isFine
  dashOn = on
  dashPeriod = on > 0 ? on + off : 0
  dashPhase = phase
}

function clearColumn(x: i32): void {
  store<i32>(first + 4 * x, i32.MAX_VALUE)
  store<i32>(last + 4 * x, -1)
}

function touch(x: i32, from: i32, to: i32): void {
  const f = first + 4 * x
  const l = last + 4 * x
  if (from < load<i32>(f)) store<i32>(f, from)
  if (to > load<i32>(l)) store<i32>(l, to)
  if (x < touchedFrom) touchedFrom = x
  if (x > touchedTo) touchedTo = x
}

function add(at: i32, amount: i32): void {
  const sum = <i32>load<u8>(at) + amount
  store<u8>(at, min<i32>(sum, 255))
}

/** Share of column x that the dash pattern leaves on. */
function dashShare(x: i32): f64 {
  let u = <f64>x + dashPhase
  u -= floor<f64>(u / dashPeriod) * dashPeriod
  let share = max<f64>(0, min<f64>(u + 1, dashOn) - u)
  if (u + 1 > dashPeriod) share += min<f64>(u + 1 - dashPeriod, dashOn)
  return share
}

/** Adds rows from..to (real numbers) of column x with the given weight. */
function bar(x: i32, from: f64, to: f64, weight: f64): void {
  if (x < 0 || x >= W) return
  const a = max<f64>(from, 0)
  const b = min<f64>(to, <f64>H)
  if (!(b > a)) return
  const top = <i32>a
  const bottom = min<i32>(<i32>b, H - 1)
  const at = cover + x * H
  touch(x, top, bottom)
  const scaled = weight * 255
  if (top === bottom) {
    add(at + top, <i32>((b - a) * scaled + 0.5))
    return
  }
  add(at + top, <i32>((<f64>(top + 1) - a) * scaled + 0.5))
  const full = <i32>(scaled + 0.5)
  if (full >= 255) {
    memory.fill(at + top + 1, 255, bottom - top - 1)
  } else {
    for (let y = top + 1; y < bottom; y++) add(at + y, full)
  }
  add(at + bottom, <i32>((b - <f64>bottom) * scaled + 0.5))
}

/** A dot: what a lone vertex looks like. */
function disc(cx: f64, cy: f64): void {
  const r = half * 2
  const from = <i32>floor<f64>(max<f64>(cx - r - 1, -1))
  const to = <i32>floor<f64>(min<f64>(cx + r + 1, <f64>W))
  for (let x = from; x <= to; x++) {
    const dx = <f64>x + 0.5 - cx
    const q = r * r - dx * dx
    const edge = max<f64>(0, min<f64>(1, r + 0.5 - abs<f64>(dx)))
    const reach = q > 0 ? sqrt<f64>(q) : edge * 0.5
    if (edge > 0) bar(x, cy - reach, cy + reach, edge)
  }
}

/**
 * A steep part that rises or falls through one column: every row gets the
 * stroke's horizontal extent, spread over the columns it overlaps.
 */
function steep(xa: f64, ya: f64, xb: f64, yb: f64): void {
  const slope = (xb - xa) / (yb - ya)
  const reach = half * sqrt<f64>(1 + slope * slope)
  const lo = max<f64>(min<f64>(ya, yb), 0)
  const hi = min<f64>(max<f64>(ya, yb), <f64>H)
  if (!(hi > lo)) return
  const top = <i32>lo
  const bottom = min<i32>(<i32>hi, H - 1)
  const leftmost = <i32>floor<f64>(min<f64>(xa, xb) - reach)
  const rightmost = <i32>floor<f64>(max<f64>(xa, xb) + reach)
  const from = max<i32>(leftmost, 0)
  const to = min<i32>(rightmost, W - 1)
  for (let x = from; x <= to; x++) touch(x, top, bottom)
  for (let y = top; y <= bottom; y++) {
    const a = max<f64>(lo, <f64>y)
    const b = min<f64>(hi, <f64>y + 1)
    const scaled = (b - a) * 255
    const mid = xa + ((a + b) * 0.5 - ya) * slope
    for (let x = from; x <= to; x++) {
      const share = min<f64>(mid + reach, <f64>x + 1) - max<f64>(mid - reach, <f64>x)
      if (share > 0) add(cover + x * H + y, <i32>(share * scaled + 0.5))
    }
  }
}

/** Draws the gathered column. */
function flush(): void {
  const x = column
  if (x < -2 || x > W + 1) return
  const rise = high - low
  const outY = runY
  const through = (inY === low && outY === high) || (inY === high && outY === low)
  const level = rise <= (through && fine ? (wasSteep ? FALL : RISE) : 1)
  wasSteep = !level
  if (level) {
    const wide = min<f64>(1, abs<f64>(outX - inX))
    let weight = wide
    if (dashPeriod > 0) weight *= dashShare(x)
    const mid = (low + high) * 0.5
    const reach = half * sqrt<f64>(1 + rise * rise)
    if (weight > 0) bar(x, mid - reach, mid + reach, weight)
    return
  }
  // A gap of the dash pattern never hides a spike.
  if (dashPeriod > 0 && through && rise < half * 16) {
    const share = dashShare(x)
    if (share < 1) {
      if (share > 0) bar(x, low - half, high + half, share)
      return
    }
  }
  if (fine && through) {
    steep(inX, inY, outX, outY)
    return
  }
  bar(x, low - half, high + half, 1)
  if (fine) {
    let rest = half - 0.5
    for (let k = 1; rest > 0; k++) {
      const share = min<f64>(rest, 1)
      bar(x - k, low, high, share)
      bar(x + k, low, high, share)
      rest -= 1
    }
  }
}

function open(x: i32, px: f64, py: f64): void {
  column = x
  inX = px
  inY = py
  outX = px
  low = py
  high = py
}

function reachTo(px: f64, py: f64): void {
  outX = px
  runY = py
  if (py < low) low = py
  if (py > high) high = py
}

/** Adds a vertex in pixel coordinates; one that is not finite ends the run. */
function vertex(px: f64, py: f64): void {
  if (px - px !== 0 || py - py !== 0) {
    endRun()
    return
  }
  px = max<f64>(-FAR, min<f64>(FAR, px))
  py = max<f64>(-FAR, min<f64>(FAR, py))
  const to = <i32>floor<f64>(px)
  if (vertices === 0) {
    vertices = 1
    wasSteep = false
    open(to, px - half, py)
    outX = px
    runX = px
    runY = py
    return
  }
  vertices++
  if (to !== column) cross(px, py, to)
  reachTo(px, py)
  runX = px
}

/** Carries the run from its last vertex to column `to`, drawing every column on the way. */
function cross(px: f64, py: f64, to: i32): void {
  const x0 = runX
  const y0 = runY
  const slope = (py - y0) / (px - x0)
  if (to > column) {
    reachTo(<f64>(column + 1), y0 + slope * (<f64>(column + 1) - x0))
    flush()
    let x = column + 1
    if (x < -2) x = min<i32>(to, -2)
    const end = min<i32>(to, W + 2)
    open(x, <f64>x, y0 + slope * (<f64>x - x0))
    while (x < end) {
      x++
      reachTo(<f64>x, y0 + slope * (<f64>x - x0))
      flush()
      open(x, <f64>x, runY)
    }
    if (x < to) open(to, <f64>to, y0 + slope * (<f64>to - x0))
  } else {
    reachTo(<f64>column, y0 + slope * (<f64>column - x0))
    flush()
    let x = column - 1
    if (x > W + 1) x = max<i32>(to, W + 1)
    const end = max<i32>(to, -3)
    open(x, <f64>(x + 1), y0 + slope * (<f64>(x + 1) - x0))
    while (x > end) {
      reachTo(<f64>x, y0 + slope * (<f64>x - x0))
      flush()
      x--
      open(x, <f64>(x + 1), runY)
    }
    if (x > to) open(to, <f64>(to + 1), y0 + slope * (<f64>(to + 1) - x0))
  }
}

function endRun(): void {
  if (vertices === 1) {
    disc(runX, runY)
  } else if (vertices > 1) {
    outX += outX >= inX ? half : -half
    flush()
  }
  vertices = 0
}

/**
 * Draws the n points whose x are at input and whose y follow:
 * pixel = (value - origin) * factor. A y that is not finite breaks the line.
 */
export function points(n: i32, ox: f64, kx: f64, oy: f64, ky: f64, rgb: u32, alpha: i32): void {
  const xs = input
  const ys = input + 8 * n
  vertices = 0
  for (let i = 0; i < n; i++) {
    const y = load<f64>(ys + 8 * i)
    if (y - y !== 0) endRun()
    else vertex((load<f64>(xs + 8 * i) - ox) * kx, (y - oy) * ky)
  }
  endRun()
  blend(rgb, alpha)
}

/**
 * Draws n bins. Input: x, xLast, yFirst, yMin, yMax, yLast as f64[n] each, then
 * u8[n] that says (1) to break the line before the bin. Values that are not
 * finite break it too.
 */
export function bins(n: i32, ox: f64, kx: f64, oy: f64, ky: f64, rgb: u32, alpha: i32): void {
  const column = 8 * n
  const breaks = input + 6 * column
  vertices = 0
  for (let i = 0; i < n; i++) {
    const at = input + 8 * i
    if (load<u8>(breaks + i)) endRun()
    const x = (load<f64>(at) - ox) * kx
    const xLast = (load<f64>(at + column) - ox) * kx
    const yFirst = (load<f64>(at + 2 * column) - oy) * ky
    const yMin = (load<f64>(at + 3 * column) - oy) * ky
    const yMax = (load<f64>(at + 4 * column) - oy) * ky
    const yLast = (load<f64>(at + 5 * column) - oy) * ky
    if (yMin - yMin !== 0 || yMax - yMax !== 0) {
      endRun()
      continue
    }
    // All in one column: a spike stays one pixel wide.
    const mid = (x + xLast) * 0.5
    vertex(mid, yFirst)
    if (yMin !== yMax) {
      vertex(mid, yMin)
      vertex(mid, yMax)
      vertex(mid, yLast)
    }
  }
  endRun()
  blend(rgb, alpha)
}

/** Blends the covered pixels into the picture and clears the cover. rgb is 0xBBGGRR. */
function blend(rgb: u32, alpha: i32): void {
  const colour: u32 = 0xff000000 | rgb
  const evens: u32 = colour & 0xff00ff
  const odds: u32 = (colour >>> 8) & 0xff00ff
  for (let x = touchedFrom; x <= touchedTo; x++) {
    const from = load<i32>(first + 4 * x)
    const to = load<i32>(last + 4 * x)
    if (to < from) continue
    clearColumn(x)
    const base = x * H
    for (let y = from; y <= to; y++) {
      const c = <i32>load<u8>(cover + base + y)
      if (c === 0) continue
      const at = picture + 4 * (base + y)
      const k: u32 = c * alpha
      if (k === 65025) {
        store<u32>(at, colour)
        continue
      }
      // 0..65025 to 0..256
      const w: u32 = (k * 258 + 0x8000) >>> 16
      const v: u32 = 256 - w
      const d = load<u32>(at)
      const e: u32 = ((d & 0xff00ff) * v + evens * w + 0x800080) >>> 8
      const o: u32 = ((d >>> 8) & 0xff00ff) * v + odds * w + 0x800080
      store<u32>(at, (e & 0xff00ff) | (o & 0xff00ff00))
    }
    memory.fill(cover + base + from, 0, to - from + 1)
  }
  touchedFrom = W
  touchedTo = -1
}

function straight(channel: u32, a: u32): u32 {
  const v = (channel * 255 + (a >>> 1)) / a
  return min<u32>(v, 255)
}

/** Turns the picture into row-major pixels with straight alpha; answers where they are. */
export function finish(): i32 {
  const B: i32 = 16
  for (let y0 = 0; y0 < H; y0 += B) {
    const y1 = min<i32>(y0 + B, H)
    for (let x0 = 0; x0 < W; x0 += B) {
      const x1 = min<i32>(x0 + B, W)
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) {
          let p = load<u32>(picture + 4 * (x * H + y))
          const a = p >>> 24
          if (a !== 0 && a !== 255) {
            p =
              (a << 24) |
              (straight((p >>> 16) & 255, a) << 16) |
              (straight((p >>> 8) & 255, a) << 8) |
              straight(p & 255, a)
          }
          store<u32>(output + 4 * (y * W + x), p)
        }
      }
    }
  }
  return output
}

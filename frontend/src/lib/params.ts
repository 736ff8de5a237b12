/** Params as a tree and as a flat list of paths. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Path = (string | number)[]

export interface FlatParam {
  path: Path
  value: Json
}

/** Reads the params' JSON text; the program writes non-finite numbers as NaN and Infinity. */
export function parseParams(text: string): { [key: string]: Json } {
  if (text.trim() === '') return {}
  try {
    return asObject(JSON.parse(text))
  } catch {
    const plain = text.replace(/(?<=[[{:,\s])(NaN|-?Infinity)(?=\s*[,}\]])/g, '"$1"')
    return asObject(JSON.parse(plain))
  }
}

function asObject(value: Json): { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { '': value }
}

/** Leaves in order; empty lists and objects are leaves, lists of plain values too. */
export function flatten(value: Json, path: Path = []): FlatParam[] {
  if (Array.isArray(value)) {
    if (value.every((v) => typeof v !== 'object' || v === null)) return [{ path, value }]
    return value.flatMap((v, i) => flatten(v, [...path, i]))
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    if (entries.length === 0 && path.length > 0) return [{ path, value }]
    return entries.flatMap(([k, v]) => flatten(v, [...path, k]))
  }
  return [{ path, value }]
}

export function showPath(path: Path): string {
  return path.map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? p : `.${p}`)).join('')
}

export function showValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

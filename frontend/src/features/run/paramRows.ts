/** Params as rows to draw: a tree whose branches fold, or a flat list of paths. */
import { flatten, type Json, type Path, showPath, showValue } from '../../lib/params'
import type { Matcher } from '../../lib/search'

export interface ParamRow {
  id: string
  /** Shown name: the last part in a tree, the whole path in a list. */
  name: string
  path: Path
  depth: number
  /** null for a leaf. */
  open: boolean | null
  value: Json
  /** Leaves below a branch. */
  leaves: number
}

export function flatRows(params: Json, match: Matcher): ParamRow[] {
  return flatten(params)
    .filter((p) => match.score(`${showPath(p.path)} ${showValue(p.value)}`) > 0)
    .map((p) => ({
      id: JSON.stringify(p.path),
      name: showPath(p.path),
      path: p.path,
      depth: 0,
      open: null,
      value: p.value,
      leaves: 1,
    }))
}

/** Branches with many leaves start folded; while searching, all that has a match is open. */
export function treeRows(params: Json, match: Matcher, toggled: ReadonlySet<string>, searching: boolean): ParamRow[] {
  const walk = (value: Json, path: Path, depth: number): ParamRow[] => {
    const id = JSON.stringify(path)
    const name = String(path.at(-1) ?? '')
    const children = childrenOf(value)
    if (children === null) {
      const found = match.score(`${showPath(path)} ${showValue(value)}`) > 0
      return found ? [{ id, name, path, depth, open: null, value, leaves: 1 }] : []
    }
    const below = children.flatMap(([k, v]) => walk(v, [...path, k], depth + 1))
    const leaves = below.reduce((n, r) => n + (r.depth === depth + 1 ? r.leaves : 0), 0)
    if (searching && below.length === 0) return []
    const openAtFirst = searching || leaves <= FOLD_ABOVE
    const open = toggled.has(id) ? !openAtFirst : openAtFirst
    const all = flatten(value).length
    return [{ id, name, path, depth, open, value, leaves: searching ? leaves : all }, ...(open ? below : [])]
  }
  return childrenOf(params)?.flatMap(([k, v]) => walk(v, [k], 0)) ?? []
}

const FOLD_ABOVE = 40

function childrenOf(value: Json): [string | number, Json][] | null {
  if (Array.isArray(value)) {
    if (value.every((v) => typeof v !== 'object' || v === null)) return null
    return value.map((v, i) => [i, v])
  }
  if (typeof value !== 'object' || value === null) return null
  const entries = Object.entries(value)
  return entries.length === 0 ? null : entries
}

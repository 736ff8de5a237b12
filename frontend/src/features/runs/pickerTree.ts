/** The columns as a tree by group and prefix, for the picker. */
import type { ColumnInfo } from '../../backend/contract'
import type { Matcher } from '../../lib/search'
import { columnTitle } from './columns'

export interface PickerNode {
  id: string
  label: string
  /** Keys of all columns below, or of itself. */
  keys: string[]
  info: ColumnInfo | null
  children: PickerNode[]
}

export interface PickerRow {
  node: PickerNode
  depth: number
  folded: boolean
}

const GROUPS: readonly [ColumnInfo['group'], string][] = [
  ['property', 'Properties'],
  ['metric', 'Metrics'],
  ['param', 'Params'],
  ['system', 'System metrics'],
]

export function buildTree(infos: readonly ColumnInfo[], match: Matcher, onlyDiffering: boolean): PickerNode[] {
  return GROUPS.flatMap(([group, label]) => {
    const members = infos.filter(
      (c) => c.group === group && (!onlyDiffering || c.distinct > 1) && match.score(columnTitle(c)) > 0,
    )
    if (members.length === 0) return []
    const node: PickerNode = { id: group, label, keys: members.map((m) => m.key), info: null, children: [] }
    for (const info of members) insert(node, info, partsOf(info), group)
    return [node]
  })
}

/** Summaries of one metric lie below its name. */
function partsOf(info: ColumnInfo): string[] {
  if (info.group === 'property') return [columnTitle(info)]
  if (info.summary === '') return info.path
  const name = info.path.join('.') + (info.context === '' ? '' : ` {${info.context}}`)
  return [name, info.summary === 'lastStep' ? 'last step' : info.summary]
}

function insert(parent: PickerNode, info: ColumnInfo, parts: readonly string[], prefix: string): void {
  const [part = '', ...rest] = parts
  const id = `${prefix}\n${part}`
  if (rest.length === 0) {
    parent.children.push({ id: `${id}\n=${info.key}`, label: part, keys: [info.key], info, children: [] })
    return
  }
  let child = parent.children.find((c) => c.id === id && c.info === null)
  if (child === undefined) {
    child = { id, label: part, keys: [], info: null, children: [] }
    parent.children.push(child)
  }
  child.keys.push(info.key)
  insert(child, info, rest, id)
}

/** The rows to draw: groups are open, what is nested deeper is folded unless unfolded. */
export function flattenTree(
  nodes: readonly PickerNode[],
  unfolded: ReadonlySet<string>,
  openAll: boolean,
  depth = 0,
): PickerRow[] {
  return nodes.flatMap((node) => {
    if (node.info !== null) return [{ node, depth, folded: false }]
    const open = openAll || (depth === 0 ? !unfolded.has(`-${node.id}`) : unfolded.has(node.id))
    const row = { node, depth, folded: !open }
    return open ? [row, ...flattenTree(node.children, unfolded, openAll, depth + 1)] : [row]
  })
}

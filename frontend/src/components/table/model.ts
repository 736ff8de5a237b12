/** What a data grid is made of. */
import type { ReactNode } from 'react'

export interface GridColumn {
  key: string
  /** The last part of the name, shown first. */
  title: string
  /** Faint text before the title, e.g. the prefix of a nested param. */
  prefix: string
  /** Faint text after the title, e.g. the context of a metric. */
  suffix: string
  /** All of it, and what is known of the column. */
  hint: string
  align: 'left' | 'right'
  width: number
}

export interface GridSort {
  column: string
  descending: boolean
}

export interface CellContent {
  text: string
  /** The whole value, shown on hover when it says more. */
  full: string
  missing?: boolean
  /** Drawn in place of the text. */
  node?: ReactNode
}

export const MIN_WIDTH = 40
export const MAX_AUTOFIT = 480
export const GUTTER = 32
export const HEADER_HEIGHT = 28

export interface PlacedColumn {
  column: GridColumn
  width: number
  /** Offset from the left of its region: pinned, or scrolling. */
  start: number
  pinned: boolean
  /** Position among all columns, from 0. */
  index: number
}

export interface ColumnModel {
  pinned: PlacedColumn[]
  center: PlacedColumn[]
  /** All in the order shown. */
  all: PlacedColumn[]
  pinnedWidth: number
  centerWidth: number
}

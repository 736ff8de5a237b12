import { type MouseEvent, memo, type ReactNode } from 'react'
import styles from './grid.module.css'
import { type CellContent, type ColumnModel, GUTTER, type PlacedColumn } from './model'

export interface GridRowProps<Row> {
  row: Row | undefined
  index: number
  top: number
  id: string
  model: ColumnModel
  /** Range of the scrolling columns to draw. */
  from: number
  to: number
  selected: boolean
  lit: boolean
  /** The keyboard's place: undefined when it is in another row. */
  cursorColumn: number | undefined
  cell: (row: Row, column: PlacedColumn) => CellContent
  gutter: (row: Row) => ReactNode
  onPress: (index: number, event: MouseEvent, column: number) => void
  onOpen: (index: number) => void
  onMenu: (index: number, event: MouseEvent, column: number) => void
  onHover: (index: number | null) => void
}

function columnOf(event: MouseEvent): number {
  const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-column]')
  return cell === null ? 0 : Number(cell.dataset.column)
}

function GridRowOf<Row>(props: GridRowProps<Row>) {
  const { row, index, model, from, to, cursorColumn } = props
  const drawn = model.center.slice(from, to)
  const before = drawn[0]?.start ?? 0
  const lastPinned = model.pinned.length - 1
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the grid
    <div
      role="row"
      id={props.id}
      aria-rowindex={index + 2}
      aria-selected={props.selected}
      data-lit={props.lit || undefined}
      data-cursor={cursorColumn === undefined ? undefined : true}
      className={styles.row}
      style={{
        transform: `translateY(${props.top}px)`,
        width: GUTTER + model.pinnedWidth + model.centerWidth,
        minWidth: '100%',
      }}
      onClick={(e) => props.onPress(index, e, columnOf(e))}
      onDoubleClick={() => props.onOpen(index)}
      onContextMenu={(e) => props.onMenu(index, e, columnOf(e))}
      onPointerEnter={() => props.onHover(index)}
      onPointerLeave={() => props.onHover(null)}
    >
      <div
        role="gridcell"
        aria-colindex={1}
        className={`${styles.cell} ${styles.pinned} ${styles.gutter}`}
        style={{ width: GUTTER, left: 0 }}
      >
        {row !== undefined && props.gutter(row)}
      </div>
      {model.pinned.map((c, i) => (
        <GridCell key={c.column.key} {...props} placed={c} left={GUTTER + c.start} lastPinned={i === lastPinned} />
      ))}
      {before > 0 && <div style={{ flex: 'none', width: before }} />}
      {drawn.map((c) => (
        <GridCell key={c.column.key} {...props} placed={c} left={undefined} lastPinned={false} />
      ))}
      <div
        className={styles.cell}
        style={{
          flex: 1,
          minWidth: 0,
          padding: 0,
          width: model.centerWidth - before - drawn.reduce((n, c) => n + c.width, 0),
        }}
      />
    </div>
  )
}

interface CellProps<Row> extends GridRowProps<Row> {
  placed: PlacedColumn
  left: number | undefined
  lastPinned: boolean
}

function GridCell<Row>({ row, placed, left, lastPinned, id, cell, cursorColumn }: CellProps<Row>) {
  const content = row === undefined ? null : cell(row, placed)
  const classes = [styles.cell, placed.column.align === 'right' && styles.right]
  if (placed.pinned) classes.push(styles.pinned, lastPinned && styles.pinnedLast)
  if (content?.missing) classes.push(styles.missing)
  if (cursorColumn === placed.index) classes.push(styles.active)
  return (
    <div
      role="gridcell"
      id={`${id}-${placed.index}`}
      aria-colindex={placed.index + 2}
      data-column={placed.index}
      className={classes.filter(Boolean).join(' ')}
      style={{ width: placed.width, left }}
      title={content === null || content.full === content.text ? content?.text : content.full}
    >
      {content === null ? <span className={styles.skeleton} /> : (content.node ?? content.text)}
    </div>
  )
}

/** Drawn again only when something of this row changed. */
export const GridRow = memo(GridRowOf) as typeof GridRowOf

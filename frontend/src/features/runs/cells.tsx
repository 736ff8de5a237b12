import type { Cell, ColumnInfo, RunRow } from '../../backend/contract'
import { RunStateLabel } from '../../components/RunStateLabel'
import type { CellContent } from '../../components/table/model'
import { cellFull, cellText } from '../../lib/format'
import styles from './runs.module.css'

/** How a value of a run is drawn in the table. */
export function cellContent(row: RunRow, info: ColumnInfo, value: Cell): CellContent {
  if (info.key === 'state') return { text: row.state, full: row.evidence, node: <RunStateLabel state={row.state} /> }
  if (info.key === 'name') {
    const name = row.name === '' ? row.hash : row.name
    return { text: name, full: name }
  }
  if (value === null || (Array.isArray(value) && value.length === 0)) return { text: '–', full: '–', missing: true }
  const text = cellText(value, info.type)
  const full = cellFull(value, info.type)
  if (info.type === 'tags' && Array.isArray(value)) {
    return {
      text,
      full,
      node: (
        <span className={styles.tags}>
          {value.map((t) => (
            <span key={t} className={styles.tag}>
              {t}
            </span>
          ))}
        </span>
      ),
    }
  }
  return info.key === 'hash' ? { text, full, node: <span className="mono">{text}</span> } : { text, full }
}

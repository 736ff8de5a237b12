/** Tables as text: TSV for the clipboard, CSV, TSV and JSON for files. */

export interface TextTable {
  header: string[]
  rows: string[][]
}

export function toTSV(table: TextTable): string {
  const clean = (cell: string) => cell.replace(/[\t\r\n]+/g, ' ')
  return `${[table.header, ...table.rows].map((row) => row.map(clean).join('\t')).join('\n')}\n`
}

/** RFC 4180: CRLF, quotes only where they are needed. */
export function toCSV(table: TextTable): string {
  const quote = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return `${[table.header, ...table.rows].map((row) => row.map(quote).join(',')).join('\r\n')}\r\n`
}

export function toJSON(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const objects = rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? null])))
  return `${JSON.stringify(objects, null, 2)}\n`
}

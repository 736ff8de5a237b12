/** Pieces of AimQL that the page writes by itself. */

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/

/** The expression that reads a param: run.hparams.lr, run.hparams["a b"][0]. */
export function paramExpression(path: readonly (string | number)[]): string {
  let out = 'run'
  path.forEach((part, i) => {
    if (typeof part === 'string' && IDENTIFIER.test(part) && !(i === 0 && RESERVED.has(part))) out += `.${part}`
    else out += `[${typeof part === 'number' ? part : quote(part)}]`
  })
  return out
}

/** Names on `run` that are properties, so that a param of that name needs brackets. */
const RESERVED = new Set(
  'name hash experiment tags description archived active created_at creation_time end_time finalized_at duration metrics props'.split(
    ' ',
  ),
)

/** A Python literal of a JSON value. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([k, v]) => `${quote(k)}: ${literal(v)}`)
      .join(', ')}}`
  }
  return String(value)
}

export function quote(text: string): string {
  return JSON.stringify(text)
}

/** Joins a query and one more condition. */
export function andAlso(query: string, condition: string): string {
  const q = query.trim()
  if (q === '') return condition
  return / or | if .* else /.test(q) ? `(${q}) and ${condition}` : `${q} and ${condition}`
}

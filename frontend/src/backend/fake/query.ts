/**
 * A small part of AimQL, enough to try the query bar without the program:
 * and, or, not, comparisons, in, paths on `run`, calls of string methods.
 */
import type { BackendError } from '../contract'

type Value = unknown
type Eval = (scope: Record<string, Value>) => Value

interface Token {
  kind: 'name' | 'number' | 'text' | 'op' | 'end'
  text: string
  start: number
  end: number
}

const TOKEN =
  /\s+|([A-Za-z_]\w*)|(\d+\.?\d*(?:e[+-]?\d+)?)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(==|!=|<=|>=|[<>+\-*/%()[\]{}.,:])/gy

function syntaxError(message: string, start: number, end: number): BackendError {
  return { kind: 'query-syntax', message, hint: 'A query is one Python expression over run.', start, end }
}

function tokenize(query: string): Token[] {
  const out: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < query.length) {
    const at = TOKEN.lastIndex
    const m = TOKEN.exec(query)
    if (m === null) throw syntaxError(`Unexpected character ${query[at]}`, at, at + 1)
    const kind = m[1] ? 'name' : m[2] ? 'number' : m[3] ? 'text' : m[4] ? 'op' : null
    if (kind !== null) out.push({ kind, text: m[0], start: at, end: at + m[0].length })
  }
  out.push({ kind: 'end', text: '', start: query.length, end: query.length })
  return out
}

class Parser {
  private at = 0
  constructor(private readonly tokens: Token[]) {}

  parse(): Eval {
    const e = this.or()
    const t = this.peek()
    if (t.kind !== 'end') throw syntaxError(`Unexpected ${t.text}`, t.start, t.end)
    return e
  }

  private peek(): Token {
    return this.tokens[this.at] as Token
  }

  private take(...texts: string[]): boolean {
    const t = this.peek()
    if (t.kind === 'text' || !texts.includes(t.text)) return false
    this.at++
    return true
  }

  private expect(text: string): void {
    const t = this.peek()
    if (!this.take(text)) throw syntaxError(`Expected ${text}`, t.start, Math.max(t.end, t.start + 1))
  }

  private or(): Eval {
    let left = this.and()
    while (this.take('or')) {
      const [a, b] = [left, this.and()]
      left = (s) => a(s) || b(s)
    }
    return left
  }

  private and(): Eval {
    let left = this.not()
    while (this.take('and')) {
      const [a, b] = [left, this.not()]
      left = (s) => a(s) && b(s)
    }
    return left
  }

  private not(): Eval {
    if (!this.take('not')) return this.comparison()
    const e = this.not()
    return (s) => !e(s)
  }

  private comparison(): Eval {
    const parts: [string, Eval][] = []
    const first = this.primary()
    for (;;) {
      const op = this.peek().text
      if (!this.take('==', '!=', '<', '<=', '>', '>=', 'in', 'is')) break
      parts.push([op, this.primary()])
    }
    if (parts.length === 0) return first
    return (s) => {
      let left = first(s)
      for (const [op, e] of parts) {
        const right = e(s)
        if (!compare(op, left, right)) return false
        left = right
      }
      return true
    }
  }

  private primary(): Eval {
    const t = this.peek()
    this.at++
    let e: Eval
    if (t.kind === 'number') e = () => Number(t.text)
    else if (t.kind === 'text') e = () => t.text.slice(1, -1)
    else if (t.text === '-') {
      const inner = this.primary()
      e = (s) => -Number(inner(s))
    } else if (t.text === '(') {
      e = this.or()
      this.expect(')')
    } else if (t.text === '[' || t.text === '{') e = this.list(t.text === '[' ? ']' : '}')
    else if (t.kind === 'name') e = nameOf(t)
    else {
      this.at--
      throw syntaxError(
        t.kind === 'end' ? 'The expression is not complete' : `Unexpected ${t.text}`,
        t.start,
        Math.max(t.end, t.start + 1),
      )
    }
    return this.trailers(e)
  }

  private trailers(e: Eval): Eval {
    if (this.take('.')) {
      const t = this.peek()
      if (t.kind !== 'name') throw syntaxError('Expected a name after the dot', t.start, Math.max(t.end, t.start + 1))
      this.at++
      return this.trailers((s) => member(e(s), t.text))
    }
    if (this.take('[')) {
      const key = this.list(']')
      return this.trailers((s) => (key(s) as Value[]).reduce((v: Value, k) => member(v, String(k)), e(s)))
    }
    if (this.take('(')) {
      const args = this.list(')')
      return this.trailers((s) => {
        const f = e(s)
        return typeof f === 'function' ? f(...(args(s) as Value[])) : undefined
      })
    }
    return e
  }

  private list(close: string): Eval {
    const items: Eval[] = []
    while (!this.take(close)) {
      items.push(this.or())
      if (this.take(':')) this.or()
      if (!this.take(',')) {
        this.expect(close)
        break
      }
    }
    return (s) => items.map((i) => i(s))
  }
}

const CONSTANTS: Record<string, Value> = { True: true, False: false, None: null }

function nameOf(t: Token): Eval {
  if (t.text in CONSTANTS) return () => CONSTANTS[t.text]
  if (['and', 'or', 'not', 'in', 'is', 'if', 'else', 'lambda', 'for'].includes(t.text)) {
    throw syntaxError(`Unexpected ${t.text}`, t.start, t.end)
  }
  return (s) => s[t.text]
}

function member(value: Value, key: string): Value {
  if (typeof value === 'string') {
    if (key === 'startswith') return (x: string) => value.startsWith(x)
    if (key === 'endswith') return (x: string) => value.endsWith(x)
    if (key === 'lower') return () => value.toLowerCase()
    if (key === 'upper') return () => value.toUpperCase()
  }
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Record<string, Value>)[key]
}

function compare(op: string, a: Value, b: Value): boolean {
  if (op === '==' || op === 'is') return (a ?? null) === (b ?? null)
  if (op === '!=') return (a ?? null) !== (b ?? null)
  if (op === 'in')
    return Array.isArray(b) ? b.includes(a) : typeof b === 'string' && typeof a === 'string' && b.includes(a)
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false
  const [x, y] = [a as number, b as number]
  return op === '<' ? x < y : op === '<=' ? x <= y : op === '>' ? x > y : x >= y
}

/** Throws a BackendError of kind `query-syntax`. */
export function compileQuery(query: string, all: boolean): Eval {
  const e: Eval = query.trim() === '' ? () => true : new Parser(tokenize(query)).parse()
  if (all || query.includes('run.archived')) return e
  return (s) => !member(s.run, 'archived') && e(s)
}

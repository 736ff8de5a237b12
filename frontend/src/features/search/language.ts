/** AimQL for the editor: colours of its words, in the page's tokens. */
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { tags } from '@lezer/highlight'

const KEYWORDS = new Set(['and', 'or', 'not', 'in', 'is', 'if', 'else', 'for', 'lambda', 'SELECT', 'IF'])
const ATOMS = new Set(['True', 'False', 'None'])
const ROOTS = new Set(['run', 'metric', 'images', 'texts', 'audios', 'distributions', 'figures'])

const aimql = StreamLanguage.define<{ afterDot: boolean }>({
  name: 'aimql',
  startState: () => ({ afterDot: false }),
  token(stream, state) {
    if (stream.eatSpace()) return null
    if (stream.match(/^(?:[rbf]?"(?:[^"\\]|\\.)*"?|[rbf]?'(?:[^'\\]|\\.)*'?)/)) return 'string'
    if (stream.match(/^\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?/)) return 'number'
    const word = stream.match(/^[A-Za-z_]\w*/) as RegExpMatchArray | null
    if (word) {
      const after = state.afterDot
      state.afterDot = false
      if (after) return 'propertyName'
      if (KEYWORDS.has(word[0])) return 'keyword'
      if (ATOMS.has(word[0])) return 'atom'
      return ROOTS.has(word[0]) ? 'variableName.special' : 'variableName'
    }
    state.afterDot = stream.peek() === '.'
    stream.next()
    return 'operator'
  },
})

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--syntax-keyword)' },
  { tag: [tags.atom, tags.number], color: 'var(--syntax-number)' },
  { tag: tags.string, color: 'var(--syntax-string)' },
  { tag: [tags.propertyName, tags.special(tags.variableName)], color: 'var(--syntax-name)' },
  { tag: tags.operator, color: 'var(--text-muted)' },
])

export const aimqlLanguage = [aimql, syntaxHighlighting(colours)]

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching } from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import { EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import type { ColumnInfo } from '../../backend/contract'
import { ids } from '../../testing/ids'
import { createCompleter } from './completion'
import { editorTheme } from './editorTheme'
import { EXAMPLE } from './example'
import { aimqlLanguage } from './language'

export interface QueryError {
  message: string
  start: number
  end: number
}

export interface QueryEditorHandle {
  focus(): void
}

interface Props {
  value: string
  error: QueryError | null
  columns: readonly ColumnInfo[]
  history: readonly string[]
  onChange: (value: string) => void
  onSubmit: (value: string) => void
  onLeave: () => void
  ref?: Ref<QueryEditorHandle>
}

/** One line of AimQL. */
export function QueryEditor(props: Props) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef(props)
  latest.current = props
  /** Place in the history: −1 is what is being typed. */
  const past = useRef({ at: -1, draft: '' })

  useEffect(() => {
    if (host.current === null) return
    const v = new EditorView({
      parent: host.current,
      state: EditorState.create({ doc: latest.current.value, extensions: extensions(latest, past) }),
    })
    view.current = v
    return () => v.destroy()
  }, [])

  useEffect(() => {
    const v = view.current
    if (v === null || v.state.doc.toString() === props.value) return
    v.dispatch({ changes: { from: 0, to: v.state.doc.length, insert: props.value } })
  }, [props.value])

  useEffect(() => {
    const v = view.current
    if (v === null) return
    const length = v.state.doc.length
    const e = props.error
    const found =
      e === null
        ? []
        : [
            {
              from: Math.min(e.start, length),
              to: Math.min(Math.max(e.end, e.start + 1), length),
              severity: 'error' as const,
              message: e.message,
            },
          ]
    v.dispatch(setDiagnostics(v.state, found))
  }, [props.error])

  useImperativeHandle(props.ref, () => ({ focus: () => view.current?.focus() }))
  return <div ref={host} style={{ flex: 1, minWidth: 0 }} data-testid={ids.queryEditor} />
}

function extensions(latest: { current: Props }, past: { current: { at: number; draft: string } }) {
  const recall = (v: EditorView, step: number): boolean => {
    const list = latest.current.history
    const p = past.current
    const at = p.at + step
    if (at < -1 || at >= list.length) return false
    if (p.at === -1) p.draft = v.state.doc.toString()
    p.at = at
    const text = at === -1 ? p.draft : (list[at] ?? '')
    v.dispatch({ changes: { from: 0, to: v.state.doc.length, insert: text }, selection: { anchor: text.length } })
    return true
  }
  return [
    history(),
    closeBrackets(),
    bracketMatching(),
    aimqlLanguage,
    editorTheme,
    placeholder(EXAMPLE),
    autocompletion({ override: [createCompleter(() => latest.current.columns)], icons: false }),
    EditorView.contentAttributes.of({ 'aria-label': 'Query in AimQL', 'aria-multiline': 'false', spellcheck: 'false' }),
    // The query is one line: breaks that are pasted become blanks.
    EditorState.transactionFilter.of((tr) => {
      if (!tr.docChanged || tr.newDoc.lines === 1) return tr
      const text = tr.newDoc.toString().replace(/\s*\n\s*/g, ' ')
      return { changes: { from: 0, to: tr.startState.doc.length, insert: text }, selection: { anchor: text.length } }
    }),
    Prec.high(
      keymap.of([
        {
          key: 'Enter',
          run: (v) => {
            past.current.at = -1
            latest.current.onSubmit(v.state.doc.toString())
            return true
          },
        },
        { key: 'ArrowUp', run: (v) => recall(v, 1) },
        { key: 'ArrowDown', run: (v) => recall(v, -1) },
        {
          key: 'Escape',
          run: () => {
            latest.current.onLeave()
            return true
          },
        },
      ]),
    ),
    // Completion is asked first: its keys are meant for the open list.
    Prec.highest(keymap.of(completionKeymap)),
    keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorView.updateListener.of((u) => {
      if (u.docChanged) latest.current.onChange(u.state.doc.toString())
    }),
  ]
}

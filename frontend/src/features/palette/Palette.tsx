import { Modal } from '@mantine/core'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useRepositories } from '../../backend/queries'
import { printChord } from '../../lib/keys'
import { matcher } from '../../lib/search'
import { type Command, useRegistry } from '../../state/commands'
import { useNav } from '../../state/nav'
import { useOverlays } from '../../state/overlays'
import { useView } from '../../state/view'
import styles from './palette.module.css'

export function Palette() {
  const opened = useOverlays((s) => s.overlay === 'palette')
  const close = useOverlays((s) => s.close)
  return (
    <Modal.Root opened={opened} onClose={close} size={560} yOffset="12vh">
      <Modal.Overlay />
      <Modal.Content aria-label="Command palette">{opened && <Body close={close} />}</Modal.Content>
    </Modal.Root>
  )
}

function Body({ close }: { close: () => void }) {
  const [words, setWords] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const found = useFound(words)
  const current = Math.min(at, found.length - 1)

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  })

  const start = (command: Command | undefined) => {
    if (command === undefined || command.disabled !== undefined) return
    close()
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && found.length > 0) {
      event.preventDefault()
      setAt((current + step + found.length) % found.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      start(found[current])
    }
  }
  return (
    <>
      <input
        data-autofocus
        className={styles.input}
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={found.length > 0 ? `${id}-${current}` : undefined}
        aria-label="Search commands"
        placeholder="What do you want to do?"
        value={words}
        onChange={(e) => {
          setWords(e.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={`${id}-list`} role="listbox" aria-label="Commands" className={styles.list}>
        {found.length === 0 && <div className={styles.none}>No command has these letters.</div>}
        {found.map((c, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the input
          <div
            key={c.id}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === current}
            aria-disabled={c.disabled !== undefined}
            className={styles.item}
            onPointerMove={() => setAt(i)}
            onClick={() => start(c)}
          >
            <span className={styles.title}>{c.title}</span>
            <span className={styles.reason}>{c.disabled ?? c.group}</span>
            <span className={styles.keys}>{c.keys?.[0] === undefined ? '' : printChord(c.keys[0])}</span>
          </div>
        ))}
      </div>
    </>
  )
}

/** Commands and repositories, best first; those that cannot run come last. */
function useFound(words: string): Command[] {
  const commands = useRegistry((s) => s.commands)
  const repositories = useRepositories()
  return useMemo(() => {
    const all: Command[] = [...commands.values()].filter((c) => !c.passive && c.id !== 'palette.open')
    for (const r of repositories) {
      all.push({
        id: `repository:${r.id}`,
        title: `Look at ${r.name}`,
        group: 'Go',
        run: () => {
          useView.getState().set({ active: [r.id] })
          useNav.getState().go({ screen: 'runs' })
        },
      })
    }
    const m = matcher(words, 'fuzzy')
    return all
      .map((c) => ({ c, score: m.score(c.title) }))
      .filter((x) => x.score > 0)
      .sort((a, b) => Number(a.c.disabled !== undefined) - Number(b.c.disabled !== undefined) || b.score - a.score)
      .map((x) => x.c)
  }, [commands, repositories, words])
}

import { Button, Popover, TextInput } from '@mantine/core'
import { useState } from 'react'
import { IconButton } from '../../components/IconButton'
import { useCommands } from '../../state/commands'
import { say } from '../../state/notices'
import { applyView, captureView } from '../../state/savedViews'
import { useView } from '../../state/view'
import styles from './search.module.css'

/** Views with a name: query, order, columns and charts, to come back to. */
export function SavedViews() {
  const saved = useView((s) => s.saved)
  const set = useView((s) => s.set)
  const [opened, setOpened] = useState(false)
  const [name, setName] = useState('')
  useCommands([
    {
      id: 'views.open',
      title: 'Saved views…',
      group: 'View',
      keys: ['Mod+S'],
      whileTyping: true,
      run: () => setOpened(true),
    },
    ...saved.map((v) => ({
      id: `views.${v.name}`,
      title: `View: ${v.name}`,
      group: 'View' as const,
      run: () => applyView(v),
    })),
  ])
  const save = () => {
    const trimmed = name.trim()
    if (trimmed === '') return
    set({ saved: [...saved.filter((v) => v.name !== trimmed), captureView(trimmed)] })
    setName('')
    say(`Saved as ${trimmed}`)
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <IconButton icon="bookmark" label="Saved views" chord="Mod+S" onClick={() => setOpened(!opened)} />
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.views}>
          {saved.length === 0 && <p className="muted">Query, order, columns and charts can be kept under a name.</p>}
          <ul className={styles.viewList}>
            {saved.map((v) => (
              <li key={v.name}>
                <button
                  type="button"
                  className={styles.view}
                  onClick={() => {
                    applyView(v)
                    setOpened(false)
                  }}
                >
                  <span>{v.name}</span>
                  <code className="muted">{v.query}</code>
                </button>
                <IconButton
                  icon="close"
                  label={`Forget ${v.name}`}
                  onClick={() => set({ saved: saved.filter((s) => s !== v) })}
                />
              </li>
            ))}
          </ul>
          <form
            className={styles.saveLine}
            onSubmit={(e) => {
              e.preventDefault()
              save()
            }}
          >
            <TextInput
              data-autofocus
              aria-label="Name of the view"
              placeholder="Name of this view"
              value={name}
              onChange={(e) => setName(e.currentTarget.value)}
              style={{ flex: 1 }}
            />
            <Button type="submit" disabled={name.trim() === ''}>
              Save
            </Button>
          </form>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

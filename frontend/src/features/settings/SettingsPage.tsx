import { Button, NumberInput, SegmentedControl, Switch } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { useBackend } from '../../backend/context'
import type { Bootstrap, Settings } from '../../backend/contract'
import { keys, useBootstrap } from '../../backend/queries'
import { fail, say } from '../../state/notices'
import styles from './settings.module.css'

/** Settings are in force at once; there is nothing to save. */
export function SettingsPage() {
  const backend = useBackend()
  const client = useQueryClient()
  const boot = useBootstrap().data
  if (boot === undefined) return null
  const s = boot.settings
  const put = (settings: Settings) =>
    client.setQueryData<Bootstrap>(keys.bootstrap, (b) => (b === undefined ? b : { ...b, settings }))
  const change = (part: Partial<Settings>) => {
    const next = { ...s, ...part }
    put(next)
    backend.saveSettings(next).then(put, (e) => {
      put(s)
      fail(e)
    })
  }
  return (
    <main className={styles.page} aria-label="Settings">
      <div className={styles.inner}>
        <h1>Settings</h1>
        <Group title="Look">
          <Line name="Theme" about="System follows light, dark and high contrast as they change.">
            <SegmentedControl
              aria-label="Theme"
              value={s.theme}
              onChange={(v) => change({ theme: v as Settings['theme'] })}
              data={[
                { value: 'system', label: 'System' },
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
                { value: 'contrast', label: 'High contrast' },
              ]}
            />
          </Line>
          <Line name="Rows" about="Height of the rows of tables: 24, 28 or 34 pixels.">
            <SegmentedControl
              aria-label="Rows"
              value={s.density}
              onChange={(v) => change({ density: v as Settings['density'] })}
              data={[
                { value: 'compact', label: 'Compact' },
                { value: 'normal', label: 'Normal' },
                { value: 'relaxed', label: 'Relaxed' },
              ]}
            />
          </Line>
        </Group>
        <Group title="Indexing in the background">
          <Line
            name="Most of one core"
            about="Percent of one processor core. What you look at is always read at full speed."
          >
            {(id) => (
              <NumberInput
                id={id}
                w={96}
                min={5}
                max={100}
                step={5}
                suffix=" %"
                clampBehavior="blur"
                value={Math.round(s.indexerShare * 100)}
                onChange={(v) => typeof v === 'number' && v >= 5 && v <= 100 && change({ indexerShare: v / 100 })}
              />
            )}
          </Line>
          <Line name="Most read a second" about="Megabytes; 0 for no limit. Helps on shared network disks.">
            {(id) => (
              <NumberInput
                id={id}
                w={96}
                min={0}
                step={5}
                suffix=" MB"
                value={Math.round(s.indexerBytesPerSecond / 1e6)}
                onChange={(v) => typeof v === 'number' && v >= 0 && change({ indexerBytesPerSecond: v * 1e6 })}
              />
            )}
          </Line>
        </Group>
        <Group title="Notifications">
          <Toggle name="A run crashed" value={s.notifyCrashed} onChange={(v) => change({ notifyCrashed: v })} />
          <Toggle
            name="Reindex All is done"
            value={s.notifyReindexed}
            onChange={(v) => change({ notifyReindexed: v })}
          />
          <Toggle
            name="A run cannot be read"
            value={s.notifyUnreadable}
            onChange={(v) => change({ notifyUnreadable: v })}
          />
        </Group>
        <Group title="Window">
          <Toggle
            name="Keep running when the window is closed"
            about="Aimdesk stays in the tray and goes on indexing. Without a tray, closing quits."
            value={s.closeToTray}
            onChange={(v) => change({ closeToTray: v })}
          />
          <Toggle
            name="Open the last repositories at start"
            value={s.reopenLast}
            onChange={(v) => change({ reopenLast: v })}
          />
        </Group>
        <footer className={styles.about}>
          <span>Aimdesk {boot.version}. It opens no port, sends nothing, and never writes into a repository.</span>
          <Button
            onClick={() =>
              backend
                .copyText(`Aimdesk ${boot.version}, ${boot.platform}, ${navigator.userAgent}`)
                .then(() => say('Version copied'), fail)
            }
          >
            Copy version
          </Button>
        </footer>
      </div>
    </main>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.group} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function Line({
  name,
  about,
  children,
}: {
  name: string
  about?: string
  children: ReactNode | ((id: string) => ReactNode)
}) {
  const id = useId()
  return (
    <div className={styles.line}>
      <div>
        {typeof children === 'function' ? <label htmlFor={id}>{name}</label> : <span>{name}</span>}
        {about !== undefined && <p>{about}</p>}
      </div>
      {typeof children === 'function' ? children(id) : children}
    </div>
  )
}

function Toggle({
  name,
  about,
  value,
  onChange,
}: {
  name: string
  about?: string
  value: boolean
  onChange: (v: boolean) => void
}) {
  return (
    <Line name={name} {...(about === undefined ? {} : { about })}>
      {(id) => <Switch id={id} checked={value} onChange={(e) => onChange(e.currentTarget.checked)} />}
    </Line>
  )
}

import { Button, Checkbox, Popover, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { plural } from '../../lib/format'
import { matcher } from '../../lib/search'
import { useView } from '../../state/view'
import styles from './metrics.module.css'
import { displayName, metricRank } from './model'

interface Name {
  name: string
  system: boolean
}

/** Which metrics are drawn: a searchable tree, and a pattern that also takes in future ones. */
export function MetricPicker({ names, shown }: { names: readonly Name[]; shown: ReadonlySet<string> }) {
  return (
    <Popover position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button>
          {shown.size} of {plural(names.length, 'metric')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Body names={names} shown={shown} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Body({ names, shown }: { names: readonly Name[]; shown: ReadonlySet<string> }) {
  const pattern = useView((s) => s.charts.metricPattern)
  const setCharts = useView((s) => s.setCharts)
  const [words, setWords] = useState('')
  const groups = useMemo(() => groupByPrefix(names, words), [names, words])
  const patternError = matcher(pattern, 'regex').error

  const pick = (list: readonly string[], on: boolean) => {
    const rest = [...shown].filter((n) => !list.includes(n))
    setCharts({ metrics: on ? [...rest, ...list] : rest, metricPattern: '' })
  }
  return (
    <div className={styles.picker}>
      <TextInput
        data-autofocus
        aria-label="Search metrics"
        placeholder="Search metrics"
        value={words}
        onChange={(e) => setWords(e.currentTarget.value)}
      />
      <div className={styles.pickerList} role="group" aria-label="Metrics">
        {groups.map(([prefix, members]) => {
          const on = members.filter((m) => shown.has(m)).length
          if (prefix === '') return members.map((m) => <Item key={m} name={m} on={shown.has(m)} onPick={pick} />)
          return (
            <div key={prefix}>
              <Checkbox
                label={`${prefix} (${members.length})`}
                checked={on === members.length}
                indeterminate={on > 0 && on < members.length}
                onChange={(e) => pick(members, e.currentTarget.checked)}
              />
              <div className={styles.pickerGroup} style={{ paddingTop: 4 }}>
                {members.map((m) => (
                  <Item key={m} name={m} on={shown.has(m)} onPick={pick} />
                ))}
              </div>
            </div>
          )
        })}
        {groups.length === 0 && <span className={styles.note}>No metric has these letters.</span>}
      </div>
      <TextInput
        label="All that match, also future ones"
        placeholder="regular expression, e.g. ^val/"
        value={pattern}
        error={patternError === '' ? undefined : patternError}
        onChange={(e) =>
          setCharts({ metricPattern: e.currentTarget.value, metrics: e.currentTarget.value === '' ? null : [] })
        }
      />
      <Button onClick={() => setCharts({ metrics: null, metricPattern: '' })}>Reset: all but system metrics</Button>
    </div>
  )
}

function Item({ name, on, onPick }: { name: string; on: boolean; onPick: (list: string[], on: boolean) => void }) {
  return <Checkbox label={displayName(name)} checked={on} onChange={(e) => onPick([name], e.currentTarget.checked)} />
}

/** By the part before the last slash; plain names first, the machine's last. */
export function groupByPrefix(names: readonly Name[], words: string): [string, string[]][] {
  const match = matcher(words, 'fuzzy')
  const groups = new Map<string, string[]>()
  const found = names
    .filter((n) => match.score(n.name) > 0)
    .sort((a, b) => metricRank(a.name) - metricRank(b.name) || a.name.localeCompare(b.name, 'en', { numeric: true }))
  for (const { name, system } of found) {
    const prefix = system ? 'system' : name.includes('/') ? (name.split('/')[0] ?? '') : ''
    groups.set(prefix, [...(groups.get(prefix) ?? []), name])
  }
  return [...groups]
}

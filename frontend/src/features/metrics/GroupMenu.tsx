import { Button, MultiSelect, Popover, Select, Switch } from '@mantine/core'
import { type Grouping, NO_GROUPING, useView } from '../../state/view'
import type { Field } from './grouping'
import styles from './metrics.module.css'
import { MIDDLES, SPREADS } from './model'

/** By what lines are coloured, dashed, put in charts and taken together. */
export function GroupMenu({ fields }: { fields: readonly Field[] }) {
  const grouping = useView((s) => s.charts.grouping)
  const tooltip = useView((s) => s.charts.tooltip)
  const setCharts = useView((s) => s.setCharts)
  const set = (change: Partial<Grouping>) => setCharts({ grouping: { ...grouping, ...change } })
  const names = new Map(fields.map((f) => [f.key, f.title]))
  const data = (['Context', 'Params', 'Run'] as const).flatMap((group) => {
    const items = fields.filter((f) => f.group === group).map((f) => ({ value: f.key, label: f.title }))
    return items.length === 0 ? [] : [{ group, items }]
  })
  const used = [...new Set([...grouping.colour, ...grouping.stroke, ...grouping.facet])]
  const words = [
    ...used.map((k) => names.get(k) ?? k.replace(/^(params|context)\./, '')),
    ...(grouping.aggregate ? [MIDDLES[grouping.middle]] : []),
  ]
  const pick = (label: string, part: 'colour' | 'stroke' | 'facet', empty: string) => (
    <MultiSelect
      size="xs"
      label={label}
      placeholder={grouping[part].length === 0 ? empty : ''}
      data={data}
      value={grouping[part].filter((k) => names.has(k))}
      onChange={(keys) => set({ [part]: keys })}
      searchable
      clearable
      hidePickedOptions
      openOnFocus={false}
      limit={100}
      comboboxProps={{ withinPortal: false }}
    />
  )
  return (
    <Popover position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button title={words.join(', ')}>{words.length === 0 ? 'Group' : `Group: ${shortWords(words)}`}</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.popover}>
          {pick('Colour', 'colour', 'one a run')}
          {pick('Dashes', 'stroke', 'one a context')}
          {pick('Charts', 'facet', 'one a metric')}
          <Switch
            label="One line a group"
            checked={grouping.aggregate}
            onChange={(e) => set({ aggregate: e.currentTarget.checked })}
          />
          {grouping.aggregate && (
            <div className={styles.pair}>
              <Select
                label="Line"
                value={grouping.middle}
                data={options(MIDDLES)}
                onChange={(v) => v !== null && set({ middle: v as Grouping['middle'] })}
                comboboxProps={{ withinPortal: false }}
              />
              <Select
                label="Band"
                value={grouping.spread}
                data={options(SPREADS)}
                onChange={(v) => v !== null && set({ spread: v as Grouping['spread'] })}
                comboboxProps={{ withinPortal: false }}
              />
            </div>
          )}
          <MultiSelect
            size="xs"
            label="Also in the tooltip"
            placeholder={tooltip.length === 0 ? 'params and properties' : ''}
            data={data}
            value={tooltip.filter((k) => names.has(k))}
            onChange={(keys) => setCharts({ tooltip: keys })}
            searchable
            clearable
            hidePickedOptions
            openOnFocus={false}
            limit={100}
            comboboxProps={{ withinPortal: false }}
          />
          {words.length > 0 && <Button onClick={() => setCharts({ grouping: NO_GROUPING })}>No grouping</Button>}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

/** As much as a button holds; the last part of a path says most. */
function shortWords(words: readonly string[]): string {
  const short = words.map((w) => w.slice(w.lastIndexOf('.') + 1))
  return short.length <= 3 ? short.join(', ') : `${short.slice(0, 2).join(', ')} + ${short.length - 2}`
}

function options(names: Record<string, string>) {
  return Object.entries(names).map(([value, label]) => ({ value, label }))
}

import { Button, NumberInput, Popover } from '@mantine/core'
import { useState } from 'react'
import type { AxisRange } from '../../components/chart/props'
import { IconButton } from '../../components/IconButton'
import styles from './metrics.module.css'

interface Props {
  title: string
  /** The range that is held, or null. */
  held: AxisRange | null
  /** The range that fits the data. */
  fit: AxisRange | null
  onChange: (range: AxisRange | null) => void
}

/** Holds the y axis of a chart at a range, or lets it follow the data. */
export function YRangeMenu({ title, held, fit, onChange }: Props) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover position="bottom-end" width={240} trapFocus returnFocus opened={opened} onChange={setOpened}>
      <Popover.Target>
        <IconButton
          icon={held === null ? 'tune' : 'lock'}
          label={held === null ? `Y range of ${title}` : `Y range of ${title}: held`}
          active={held !== null}
          onClick={() => setOpened(!opened)}
        />
      </Popover.Target>
      <Popover.Dropdown>
        {opened && (
          <RangeForm
            axis="Y"
            range={held ?? fit}
            held={held !== null}
            onApply={(range) => {
              onChange(range)
              setOpened(false)
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

/** Two numbers and what to do with them. */
export function RangeForm({
  axis,
  range,
  held,
  onApply,
}: {
  axis: 'X' | 'Y'
  range: AxisRange | null
  held: boolean
  onApply: (range: AxisRange | null) => void
}) {
  const [from, setFrom] = useState<string | number>(range === null ? '' : rounded(range[0]))
  const [to, setTo] = useState<string | number>(range === null ? '' : rounded(range[1]))
  const ok = from !== '' && to !== '' && Number(from) < Number(to)
  return (
    <form
      className={styles.range}
      onSubmit={(e) => {
        e.preventDefault()
        if (ok) onApply([Number(from), Number(to)])
      }}
    >
      <div className={styles.pair}>
        <NumberInput hideControls label={`${axis} from`} value={from} onChange={setFrom} />
        <NumberInput hideControls label="to" value={to} onChange={setTo} />
      </div>
      <div className={styles.pair}>
        <Button type="submit" disabled={!ok}>
          Hold
        </Button>
        <Button disabled={!held} onClick={() => onApply(null)}>
          Follow the data
        </Button>
      </div>
    </form>
  )
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

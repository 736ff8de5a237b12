import { ActionIcon, Tooltip } from '@mantine/core'
import type { MouseEvent } from 'react'
import { printChord } from '../lib/keys'
import { Icon, type IconName } from './icons'

interface Props {
  icon: IconName
  label: string
  /** Printed in the tooltip. */
  chord?: string | undefined
  onClick: (event: MouseEvent<HTMLButtonElement>) => void
  active?: boolean
  disabled?: boolean
  size?: number
  tabIndex?: number
}

export function IconButton({ icon, label, chord, onClick, active, disabled, size = 24, tabIndex }: Props) {
  return (
    <Tooltip label={chord === undefined ? label : `${label}  ${printChord(chord)}`}>
      <ActionIcon
        aria-label={label}
        {...(active === undefined ? {} : { 'aria-pressed': active })}
        {...(tabIndex === undefined ? {} : { tabIndex })}
        onClick={onClick}
        disabled={disabled ?? false}
        size={size}
        style={active ? { color: 'var(--accent)', background: 'var(--press)' } : { color: 'var(--text-muted)' }}
      >
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  )
}

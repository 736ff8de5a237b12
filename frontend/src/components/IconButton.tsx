import { ActionIcon, type ActionIconProps, Tooltip } from '@mantine/core'
import type { ComponentPropsWithRef } from 'react'
import { printChord } from '../lib/keys'
import { Icon, type IconName } from './icons'

interface Props extends Omit<ActionIconProps & ComponentPropsWithRef<'button'>, 'children' | 'style'> {
  icon: IconName
  label: string
  /** Printed in the tooltip. */
  chord?: string | undefined
  active?: boolean
}

/** A button that is an icon: its words are its name and its tooltip. */
export function IconButton({ icon, label, chord, active, ...rest }: Props) {
  return (
    <Tooltip
      label={chord === undefined ? label : `${label}  ${printChord(chord)}`}
      disabled={rest['aria-expanded'] === true}
    >
      <ActionIcon
        {...rest}
        aria-label={label}
        aria-pressed={active}
        style={active ? { color: 'var(--accent)', background: 'var(--press)' } : { color: 'var(--text-muted)' }}
      >
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  )
}

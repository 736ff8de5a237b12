import { createTheme, type MantineColorsTuple } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Settings } from '../backend/contract'

export type Theme = 'light' | 'dark' | 'contrast'
export type Scheme = 'light' | 'dark'

const QUERIES = ['(prefers-color-scheme: light)', '(prefers-contrast: more)', '(forced-colors: active)'] as const

/** The theme to show for a choice. The same rule as in public/theme.js. */
export function resolveTheme(
  choice: Settings['theme'],
  matches: (query: string) => boolean,
): { theme: Theme; scheme: Scheme } {
  const scheme: Scheme = matches(QUERIES[0]) ? 'light' : 'dark'
  if (choice === 'light' || choice === 'dark') return { theme: choice, scheme: choice }
  if (choice === 'contrast' || matches(QUERIES[1]) || matches(QUERIES[2])) return { theme: 'contrast', scheme }
  return { theme: scheme, scheme }
}

/** Puts the theme on the root and follows the system while it is open. */
export function useTheme(choice: Settings['theme']): Scheme {
  const [resolved, setResolved] = useState(() => resolveTheme(choice, (q) => matchMedia(q).matches))

  useEffect(() => {
    const update = () => setResolved(resolveTheme(choice, (q) => matchMedia(q).matches))
    update()
    const lists = QUERIES.map((q) => matchMedia(q))
    for (const list of lists) list.addEventListener('change', update)
    return () => {
      for (const list of lists) list.removeEventListener('change', update)
    }
  }, [choice])

  useEffect(() => {
    document.documentElement.dataset.theme = resolved.theme
    document.documentElement.dataset.scheme = resolved.scheme
  }, [resolved])

  useEffect(() => {
    try {
      localStorage.setItem('aimdesk.theme', choice)
    } catch {
      // Blocked storage costs a flash at the next start, nothing else.
    }
  }, [choice])

  return resolved.scheme
}

const grey: MantineColorsTuple = [
  'var(--text)',
  'var(--text)',
  'var(--text-muted)',
  'var(--text-muted)',
  'var(--line-strong)',
  'var(--line)',
  'var(--raised)',
  'var(--bg)',
  'var(--bg)',
  'var(--bg)',
]
const accent = Array.from({ length: 10 }, () => 'var(--accent-fill)') as unknown as MantineColorsTuple

export const mantineTheme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'sm',
  primaryColor: 'accent',
  colors: { accent, dark: grey },
  cursorType: 'default',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80 }, fz: 12, multiline: true, maw: 420 } },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 80 },
        overlayProps: { backgroundOpacity: 0.35 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Menu: { defaultProps: { transitionProps: { duration: 60 }, shadow: 'none' } },
    Popover: { defaultProps: { transitionProps: { duration: 60 }, shadow: 'none' } },
    Button: { defaultProps: { size: 'compact-sm', variant: 'default' } },
    ActionIcon: { defaultProps: { size: 24, variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false, checkIconPosition: 'right' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs', transitionDuration: 0 } },
    Switch: { defaultProps: { size: 'xs', withThumbIndicator: false } },
    Checkbox: { defaultProps: { size: 'xs' } },
  },
})

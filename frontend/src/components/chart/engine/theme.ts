/** Colours and fonts of the chart's own parts, read from CSS variables. */
import { CHART_TOKENS, type ExportTheme } from '../props'

export interface ChartTheme {
  background: string
  text: string
  muted: string
  grid: string
  axis: string
  crosshair: string
  focus: string
  font: string
}

const NAMES: Record<Exclude<keyof ChartTheme, 'font'>, string> = {
  background: CHART_TOKENS.background,
  text: CHART_TOKENS.text,
  muted: CHART_TOKENS.faintText,
  grid: CHART_TOKENS.grid,
  axis: CHART_TOKENS.axis,
  crosshair: CHART_TOKENS.crosshair,
  focus: CHART_TOKENS.focus,
}

/**
 * Reads the theme as it applies to an element. The engine resolves the
 * variables (light-dark(), color-mix(), nesting), not this code.
 */
export function readTheme(element: HTMLElement): ChartTheme {
  const resolve = colourResolver(element)
  const font = getComputedStyle(element).fontFamily || 'sans-serif'
  const theme = { font } as ChartTheme
  for (const [key, name] of Object.entries(NAMES)) theme[key as keyof ChartTheme] = resolve.colour(`var(${name})`)
  resolve.end()
  return theme
}

/** Turns any CSS colour, variables included, into one a canvas understands. */
export function colourResolver(element: HTMLElement): { colour(css: string): string; end(): void } {
  const probe = document.createElement('span')
  probe.style.display = 'none'
  element.append(probe)
  const style = getComputedStyle(probe)
  return {
    colour(css) {
      probe.style.color = ''
      probe.style.color = css
      return style.color
    },
    end() {
      probe.remove()
    },
  }
}

/** The colours of an export; `current` are those on screen. */
export function themeNamed(name: ExportTheme, current: ChartTheme): ChartTheme {
  return { current, light: LIGHT_THEME, dark: DARK_THEME, print: PRINT_THEME }[name]
}

/** Colours for paper: ink on white, whatever the screen's theme. */
export const PRINT_THEME: ChartTheme = {
  background: '#ffffff',
  text: '#000000',
  muted: '#333333',
  grid: '#e2e2e2',
  axis: '#555555',
  crosshair: '#555555',
  focus: '#0b57d0',
  font: 'Helvetica, Arial, sans-serif',
}

export const LIGHT_THEME: ChartTheme = {
  ...PRINT_THEME,
  text: '#1f2328',
  muted: '#59636e',
  grid: '#eaecef',
  axis: '#c4cad1',
}

export const DARK_THEME: ChartTheme = {
  ...PRINT_THEME,
  background: '#16181d',
  text: '#e6e8eb',
  muted: '#9ba3ad',
  grid: '#272b32',
  axis: '#434a54',
  crosshair: '#9ba3ad',
  focus: '#7cacf8',
}

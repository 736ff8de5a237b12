import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import axe from 'axe-core'
import { App } from '../app/App'
import { createFakeBackend, type FakeOptions } from '../backend/fake/fake'
import { useColours } from '../state/colours'
import { useNav } from '../state/nav'
import { useNotices } from '../state/notices'
import { useOverlays } from '../state/overlays'
import { useSelection } from '../state/selection'
import { DEFAULT_VIEW, useView } from '../state/view'

export const NOW = new Date(2026, 2, 12, 15, 0, 0).getTime() / 1000

/** The whole page on made-up runs, from a clean start. */
export function renderApp(options: FakeOptions = {}) {
  useNav.setState({ route: { screen: 'start' }, past: [], future: [] })
  useView.setState(DEFAULT_VIEW)
  useSelection.setState({ selected: new Set(), anchor: null, hidden: new Set(), highlight: null })
  useOverlays.setState({ overlay: null, rejected: null })
  useNotices.setState({ notices: [] })
  useColours.setState({ given: new Map() })
  const backend = createFakeBackend({ runs: 60, now: NOW, ...options })
  const user = userEvent.setup()
  const view = render(<App backend={backend} />)
  return { backend, user, ...view }
}

/** Waits for the rows of the runs table. */
export async function findGrid() {
  const grid = await screen.findByRole('grid', { name: 'Runs' })
  await screen.findAllByText(/otter|falcon|maple|comet|harbor|lantern|meadow|pebble|quill|ridge/)
  return grid
}

/** Rules that need layout or colours, which jsdom has not; the browser flows check them. */
const NEEDS_LAYOUT = ['color-contrast', 'target-size', 'scrollable-region-focusable']

/** What axe finds wrong on the page, one line each. */
export async function accessibilityProblems(root: Element = document.body): Promise<string[]> {
  const result = await axe.run(root, {
    rules: Object.fromEntries(NEEDS_LAYOUT.map((id) => [id, { enabled: false }])),
    resultTypes: ['violations'],
  })
  return result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)
}

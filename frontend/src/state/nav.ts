/** Where the page is: plain state with a history, no addresses. */
import { create } from 'zustand'
import type { RunRef } from './refs'

export type RunTab = 'overview' | 'params' | 'metrics' | 'system' | 'logs' | 'sequences' | 'problems'

export type Route =
  | { screen: 'start' }
  | { screen: 'runs' }
  | { screen: 'metrics' }
  | { screen: 'run'; run: RunRef; tab: RunTab }
  | { screen: 'compare'; runs: RunRef[] }
  | { screen: 'index' }
  | { screen: 'settings' }

interface Nav {
  route: Route
  past: Route[]
  future: Route[]
  go: (route: Route) => void
  /** Changes the place without a new step in the history. */
  replace: (route: Route) => void
  back: () => void
  forward: () => void
}

const KEPT = 50

export const useNav = create<Nav>()((set) => ({
  route: { screen: 'start' },
  past: [],
  future: [],
  go: (route) =>
    set((s) =>
      JSON.stringify(route) === JSON.stringify(s.route)
        ? s
        : { route, past: [...s.past, s.route].slice(-KEPT), future: [] },
    ),
  replace: (route) => set({ route }),
  back: () =>
    set((s) => {
      const route = s.past.at(-1)
      return route === undefined ? s : { route, past: s.past.slice(0, -1), future: [s.route, ...s.future] }
    }),
  forward: () =>
    set((s) => {
      const [route, ...rest] = s.future
      return route === undefined ? s : { route, past: [...s.past, s.route], future: rest }
    }),
}))

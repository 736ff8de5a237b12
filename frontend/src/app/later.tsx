/**
 * What the first screen does without: loaded when it is asked for, or when the
 * page has nothing else to do.
 */
import { type ComponentType, lazy } from 'react'

const parts: (() => Promise<unknown>)[] = []

/** A component in a bundle of its own. */
function later<Props>(load: () => Promise<ComponentType<Props>>) {
  parts.push(load)
  return lazy(async () => ({ default: await load() }))
}

export const MetricsPanel = later(() => import('../features/metrics/MetricsPanel').then((m) => m.MetricsPanel))
export const RunScreen = later(() => import('./RunScreen').then((m) => m.RunScreen))
export const ComparePage = later(() => import('../features/run/ComparePage').then((m) => m.ComparePage))
export const IndexPanel = later(() => import('../features/indexing/IndexPanel').then((m) => m.IndexPanel))
export const SettingsPage = later(() => import('../features/settings/SettingsPage').then((m) => m.SettingsPage))
export const Shortcuts = later(() => import('../features/palette/Shortcuts').then((m) => m.Shortcuts))
export const ColumnPicker = later(() => import('../features/runs/ColumnPicker').then((m) => m.ColumnPicker))
export const ExportDialog = later(() => import('../features/runs/ExportDialog').then((m) => m.ExportDialog))

/** Milliseconds after which the rest is loaded, where the engine does not tell that it is idle. */
const QUIET = 1500

/** Loads the rest in quiet moments, so that nothing waits for it later. A part that fails is tried again when asked for. */
export function loadTheRest(): () => void {
  const next = async () => {
    for (const load of parts) await load().catch(() => undefined)
  }
  const timer = setTimeout(next, QUIET)
  return () => clearTimeout(timer)
}

import { createContext, type ReactNode, useContext } from 'react'
import type { Backend } from './contract'

const Context = createContext<Backend | null>(null)

export function BackendProvider({ backend, children }: { backend: Backend; children: ReactNode }) {
  return <Context value={backend}>{children}</Context>
}

export function useBackend(): Backend {
  const backend = useContext(Context)
  if (backend === null) throw new Error('BackendProvider is missing')
  return backend
}

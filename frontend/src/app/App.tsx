import '@mantine/core/styles.layer.css'
import './theme.css'
import './base.css'
import './mantine.css'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { BackendProvider } from '../backend/context'
import type { Backend } from '../backend/contract'
import { useBootstrap } from '../backend/queries'
import { ErrorMessage } from '../components/Message'
import { ErrorBoundary } from './ErrorBoundary'
import { Shell } from './Shell'
import { mantineTheme, useTheme } from './theme'

function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Events say when an answer is old; nothing else does.
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

export function App({ backend }: { backend: Backend }) {
  const [client] = useState(createClient)
  return (
    <ErrorBoundary>
      <QueryClientProvider client={client}>
        <BackendProvider backend={backend}>
          <Themed />
        </BackendProvider>
      </QueryClientProvider>
    </ErrorBoundary>
  )
}

function Themed() {
  const boot = useBootstrap()
  const scheme = useTheme(boot.data?.settings.theme ?? rememberedTheme())
  return (
    <MantineProvider
      theme={mantineTheme}
      forceColorScheme={scheme}
      env={import.meta.env.MODE === 'test' ? 'test' : 'default'}
    >
      {boot.error !== null ? (
        <ErrorMessage error={boot.error} title="Aimdesk could not start" onRetry={() => boot.refetch()} />
      ) : (
        boot.data !== undefined && <Shell boot={boot.data} />
      )}
    </MantineProvider>
  )
}

/** Until the program has answered, the theme of the last time: the same as in public/theme.js. */
function rememberedTheme() {
  try {
    const choice = localStorage.getItem('aimdesk.theme')
    if (choice === 'light' || choice === 'dark' || choice === 'contrast') return choice
  } catch {
    // Blocked storage: follow the system.
  }
  return 'system' as const
}

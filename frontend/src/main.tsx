import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { chooseBackend } from './backend'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element "root"')
const backend = await chooseBackend(new URL(location.href))
createRoot(root).render(
  <StrictMode>
    <App backend={backend} />
  </StrictMode>,
)

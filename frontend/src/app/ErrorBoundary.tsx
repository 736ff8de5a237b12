import { Component, type ErrorInfo, type ReactNode } from 'react'
import styles from './app.module.css'

interface State {
  error: Error | null
  where: string
  copied: boolean
}

/** The last resort: says what broke and lets it be copied. Uses nothing that may be broken itself. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null, where: '', copied: false }

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error }
  }

  override componentDidCatch(_: Error, info: ErrorInfo): void {
    this.setState({ where: info.componentStack ?? '' })
  }

  private copy = async () => {
    const { error, where } = this.state
    await navigator.clipboard.writeText(`${error?.stack ?? error?.message ?? ''}\n${where}`)
    this.setState({ copied: true })
  }

  override render() {
    const { error, copied } = this.state
    if (error === null) return this.props.children
    return (
      <main className={styles.broken} role="alert">
        <h1>This screen broke</h1>
        <p>
          Nothing in your repository was changed. Load the page again; if it breaks again, copy the details into a
          report.
        </p>
        <pre className="selectable">{error.message}</pre>
        <div>
          <button type="button" onClick={() => location.reload()}>
            Load again
          </button>
          <button type="button" onClick={this.copy}>
            {copied ? 'Copied' : 'Copy details'}
          </button>
        </div>
      </main>
    )
  }
}

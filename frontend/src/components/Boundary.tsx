import { Component, type ReactNode } from 'react'
import styles from './state.module.css'

interface Props {
  /** What is inside, as in "This chart could not be drawn". */
  what: string
  children: ReactNode
}

/** Keeps what breaks inside of it from breaking the rest of the page. */
export class Boundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    const { error } = this.state
    if (error === null) return this.props.children
    return (
      <div role="alert" className={styles.box}>
        <h2>{this.props.what} could not be drawn</h2>
        <p className="mono selectable">{error.message}</p>
        <div className={styles.buttons}>
          <button type="button" onClick={() => this.setState({ error: null })}>
            Try again
          </button>
        </div>
      </div>
    )
  }
}

import type { SequenceInfo } from '../../backend/contract'
import { formatCount } from '../../lib/format'
import styles from './run.module.css'

/** What else the run logged. */
export function Sequences({ sequences }: { sequences: readonly SequenceInfo[] }) {
  return (
    <div className={styles.pad}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">name</th>
            <th scope="col">kind</th>
            <th scope="col">context</th>
            <th scope="col">steps</th>
          </tr>
        </thead>
        <tbody>
          {sequences.map((s) => (
            <tr key={`${s.kind}${s.name}${s.contextId}`}>
              <th scope="row">{s.name}</th>
              <td>{s.kind.replace('_', ' ')}</td>
              <td className="mono">{s.context}</td>
              <td>{formatCount(s.steps)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

import { Button } from '@mantine/core'
import { Message } from '../components/Message'
import { plural } from '../lib/format'
import { runCommand } from '../state/commands'

/** An empty table says why, and what to do. */
export function NoRuns({ total }: { total: number }) {
  if (total === 0) {
    return (
      <Message title="This repository has no runs yet">
        <p>
          Log one with <code>aim.Run()</code> in your training script. It shows up here within seconds, nothing has to
          be pressed.
        </p>
      </Message>
    )
  }
  return (
    <Message
      title="No run matches"
      actions={<Button onClick={() => runCommand('query.clear')}>Clear query and search</Button>}
    >
      <p>
        {plural(total, 'run')} {total === 1 ? 'was' : 'were'} looked at. A param that a run does not have makes a
        comparison false; archived runs are left out unless the query names <code>run.archived</code>.
      </p>
    </Message>
  )
}

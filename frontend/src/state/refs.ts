/** A run's name across repositories, as one text: `repository/hash`. */
export interface RunRef {
  repository: string
  hash: string
}

export function runKey(ref: RunRef): string {
  return `${ref.repository}/${ref.hash}`
}

export function refOfKey(key: string): RunRef {
  const at = key.lastIndexOf('/')
  return { repository: key.slice(0, at), hash: key.slice(at + 1) }
}

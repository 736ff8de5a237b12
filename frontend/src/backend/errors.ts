import type { BackendError } from './contract'

const KINDS: readonly string[] = [
  'not-a-repository',
  'not-found',
  'query-syntax',
  'unreadable',
  'index',
  'cancelled',
  'invalid',
  'internal',
]

function isBackendError(value: unknown): value is BackendError {
  if (typeof value !== 'object' || value === null) return false
  const v = value as Partial<BackendError>
  return typeof v.message === 'string' && typeof v.kind === 'string' && KINDS.includes(v.kind)
}

/** Whatever was thrown, as an error of the contract. The bridge may hand over an object, its JSON text or plain text. */
export function asBackendError(thrown: unknown): BackendError {
  if (isBackendError(thrown)) return { ...thrown, hint: thrown.hint ?? '' }
  if (typeof thrown === 'string') {
    try {
      const parsed: unknown = JSON.parse(thrown)
      if (isBackendError(parsed)) return { ...parsed, hint: parsed.hint ?? '' }
    } catch {
      // Plain text: it is the message.
    }
    return { kind: 'internal', message: thrown, hint: '' }
  }
  if (thrown instanceof DOMException && thrown.name === 'AbortError') {
    return { kind: 'cancelled', message: 'Cancelled', hint: '' }
  }
  if (thrown instanceof Error) return asErrorOf(thrown)
  return { kind: 'internal', message: String(thrown), hint: '' }
}

function asErrorOf(error: Error): BackendError {
  const fromText = error.message.startsWith('{') ? asBackendError(error.message) : null
  if (fromText !== null && fromText.message !== error.message) return fromText
  return { kind: 'internal', message: error.message, hint: '' }
}

/** All that a report needs, as text to copy. */
export function errorDetails(error: BackendError): string {
  const lines = [`${error.kind}: ${error.message}`]
  if (error.hint) lines.push(error.hint)
  if (error.file) lines.push(`file: ${error.file}${error.offset === undefined ? '' : ` at byte ${error.offset}`}`)
  if (error.start !== undefined) lines.push(`characters ${error.start} to ${error.end ?? error.start}`)
  return lines.join('\n')
}

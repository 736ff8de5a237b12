import type { Backend } from '../../backend/contract'

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal output is made of them
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007/g

/** A line as a terminal would leave it: no colours, and what follows the last carriage return. */
export function logLineText(text: string): string {
  const plain = text.replace(ESCAPES, '').replace(/[\r\n]+$/, '')
  return plain.slice(plain.lastIndexOf('\r') + 1)
}

const CHUNK = 5000

export async function readAllLogs(
  backend: Backend,
  repository: string,
  hash: string,
  total: number,
): Promise<string[]> {
  const out: string[] = []
  for (let from = 0; from < total; from += CHUNK) {
    const page = await backend.logs(repository, hash, from, CHUNK)
    for (const line of page.lines) out.push(logLineText(line.text))
    if (page.lines.length === 0) break
  }
  return out
}

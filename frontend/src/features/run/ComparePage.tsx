export function ComparePage(_: { runs: { repository: string; hash: string }[] }) {
  return null
}

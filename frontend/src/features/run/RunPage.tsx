export function RunPage(_: { run: { repository: string; hash: string }; tab: string }) {
  return null
}

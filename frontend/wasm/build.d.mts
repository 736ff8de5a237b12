/** Names of the committed files that differ from what the source gives. */
export function stale(): string[]

/** Watches what can change around a chart. Calls back; answers how to stop. */
export interface Surroundings {
  resized(): void
  themed(): void
  seen(visible: boolean): void
}

const MEDIA = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)']

export function watch(root: HTMLElement, on: Surroundings): () => void {
  const resize = new ResizeObserver(() => on.resized())
  resize.observe(root)
  const sight = new IntersectionObserver((entries) => on.seen(entries[entries.length - 1].isIntersecting))
  sight.observe(root)
  const theme = new MutationObserver(() => on.themed())
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] })
  const media = MEDIA.map((query) => matchMedia(query))
  const onMedia = () => on.themed()
  for (const list of media) list.addEventListener('change', onMedia)
  // Another device pixel ratio does not change the size of the element.
  const onWindow = () => on.resized()
  window.addEventListener('resize', onWindow)
  return () => {
    resize.disconnect()
    sight.disconnect()
    theme.disconnect()
    for (const list of media) list.removeEventListener('change', onMedia)
    window.removeEventListener('resize', onWindow)
  }
}

// Sets the theme before the first paint, so that a dark window never flashes
// white. A file of its own because the page's policy forbids inline script.
// The rule is the same as in src/app/theme.ts.
;(() => {
  let choice = 'system'
  try {
    choice = localStorage.getItem('aimdesk.theme') || 'system'
  } catch {
    // Storage may be blocked; the system's theme is right then.
  }
  if (choice === 'system') {
    if (matchMedia('(prefers-contrast: more)').matches || matchMedia('(forced-colors: active)').matches)
      choice = 'contrast'
    else choice = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'
  }
  document.documentElement.dataset.theme = choice
})()

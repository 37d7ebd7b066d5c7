// A chart comes with its table, which is folded on the screen: open on paper, and folded again afterwards. A [data-print] button prints.

export function watchPaper() {
  let folded = []
  window.addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('.chart details:not([open])')]
    folded.forEach((details) => (details.open = true))
  })
  window.addEventListener('afterprint', () => folded.forEach((details) => (details.open = false)))
  document.querySelectorAll('[data-print]').forEach((button) => {
    button.hidden = false
    button.addEventListener('click', () => window.print())
  })
}

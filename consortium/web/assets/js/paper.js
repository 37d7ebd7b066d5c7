// What is folded on the screen is open on paper, and folded again afterwards. A [data-print] button prints.

export function watchPaper() {
  let folded = []
  window.addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details:not([open])')]
    folded.forEach((details) => (details.open = true))
  })
  window.addEventListener('afterprint', () => folded.forEach((details) => (details.open = false)))
  document.querySelectorAll('[data-print]').forEach((button) => {
    button.hidden = false
    button.addEventListener('click', () => window.print())
  })
}

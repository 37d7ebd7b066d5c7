// The search box as an ARIA combobox: htmx brings the results as one types, arrows walk them, Enter opens the chosen
// one (or sends the form when none is chosen), Esc closes the list and then empties the box.

export function watchSearch() {
  const input = document.querySelector('[data-search]')
  if (!input) return
  const list = document.querySelector(input.getAttribute('hx-target'))
  const status = input.form.querySelector('[data-search-status]')
  const options = () => [...list.querySelectorAll('[role="option"]')]
  const current = () => list.querySelector('[aria-selected="true"]')

  function show(open) {
    list.hidden = !open
    input.setAttribute('aria-expanded', String(open && options().length > 0))
    if (!open) mark(null)
  }

  function mark(option) {
    current()?.setAttribute('aria-selected', 'false')
    option?.setAttribute('aria-selected', 'true')
    option?.scrollIntoView({ block: 'nearest' })
    if (option) input.setAttribute('aria-activedescendant', option.id)
    else input.removeAttribute('aria-activedescendant')
  }

  function step(by) {
    const all = options()
    if (list.hidden || !all.length) return show(all.length > 0 && input.value.trim() !== '')
    const next = all.indexOf(current()) + by
    mark(next < 0 ? (by < 0 && !current() ? all.at(-1) : null) : next < all.length ? all[next] : null)
  }

  function escape() {
    if (list.hidden) input.value = ''
    show(false)
  }

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Escape: escape,
    Enter: () => current()?.click(),
  }

  input.addEventListener('keydown', (event) => {
    if (!keys[event.key] || (event.key === 'Enter' && !current())) return
    event.preventDefault()
    keys[event.key]()
  })
  input.addEventListener('input', () => input.value.trim() === '' && show(false))
  input.addEventListener('focus', () => input.value.trim() && options().length && show(true))
  document.addEventListener('click', (event) => input.form.contains(event.target) || show(false))
  input.form.addEventListener('focusout', (event) => input.form.contains(event.relatedTarget) || event.relatedTarget === null || show(false))
  // Nothing is asked of the server for an empty box, and an answer that comes after it was emptied is not shown.
  input.addEventListener('htmx:beforeRequest', (event) => input.value.trim() === '' && event.preventDefault())
  list.addEventListener('htmx:afterSwap', () => {
    show(input.value.trim() !== '' && document.activeElement === input)
    tell(options().filter((option) => !option.matches('.search-new')).length)
  })

  function tell(count) {
    const words = { 0: status.dataset.none, 1: status.dataset.one }
    status.textContent = words[count] ?? status.dataset.many.replace('{n}', count)
  }
}

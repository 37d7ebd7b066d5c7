// `/` and Ctrl+K go to the search box. The single key never acts inside a field and can be turned off in the account
// menu (WCAG 2.1.4); the choice stays in this browser.

const KEY = 'capofila.shortcuts'
const on = () => localStorage.getItem(KEY) !== 'off'
const typing = (target) => target.closest?.('input, textarea, select, [contenteditable="true"]')

export function watchShortcuts() {
  const search = document.querySelector('[data-search]')
  if (search) document.addEventListener('keydown', (event) => wants(event) && go(event, search))
  document.querySelectorAll('[data-shortcuts]').forEach(toggle)
}

function wants(event) {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') return true
  return event.key === '/' && on() && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)
}

function go(event, search) {
  if (document.querySelector('.modal.show, .navbar-collapsable.expanded')) return
  event.preventDefault()
  search.focus()
  search.select()
}

function toggle(button) {
  const tell = () => button.setAttribute('aria-checked', String(on()))
  button.hidden = false
  tell()
  button.addEventListener('click', () => {
    localStorage.setItem(KEY, on() ? 'off' : 'on')
    tell()
  })
}

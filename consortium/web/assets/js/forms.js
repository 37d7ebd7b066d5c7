// Forms: focus on the summary of errors, one submission only, a warning before unsaved work is lost,
// and a button that shows a password.

export function watchForms() {
  document.querySelectorAll('[data-error-summary] a').forEach(nameField)
  document.querySelector('[data-error-summary]')?.focus()
  document.querySelectorAll('[data-error-summary] a').forEach(leadToField)
  document.querySelectorAll('form[method="post"]:not([data-unguarded])').forEach(guard)
  document.querySelectorAll('[data-reveal]').forEach(reveal)
  document.addEventListener('submit', submitOnce)
  window.addEventListener('pageshow', (event) => event.persisted && releaseAll())
  // After the guards: who was asked, and stays, finds every form as it was.
  window.addEventListener('beforeunload', (event) => event.defaultPrevented && ['pointerdown', 'keydown'].forEach(releaseAtNext))
}

// “Fill this field” says which one, in the words of its label; and of which row, where each has it.
function nameField(link) {
  const target = document.getElementById(link.hash.slice(1))
  const label = target?.matches('fieldset') ? target.querySelector('legend') : document.querySelector(`label[for="${target?.id}"]`)
  const row = target?.closest('.row-of-fields')?.querySelector('legend')?.textContent.trim()
  const words = [row, label?.firstChild?.textContent.trim()].filter(Boolean).join(' · ')
  if (words) link.textContent = `${words}: ${link.textContent}`
}

// A link of the summary moves the focus into the field itself, not only the page to it.
function leadToField(link) {
  link.addEventListener('click', (event) => {
    const target = document.getElementById(link.hash.slice(1))
    const control = target?.matches('fieldset') ? target.querySelector('input') : target
    if (!control) return
    event.preventDefault()
    target.scrollIntoView({ block: 'center' })
    control.focus({ preventScroll: true })
  })
}

function submitOnce(event) {
  const form = event.target
  if (event.defaultPrevented || form.method !== 'post') return
  if (form.dataset.sent) {
    event.preventDefault()
    return
  }
  form.dataset.sent = 'true'
  // aria-disabled, not disabled: a disabled button would lose the focus and its own name and value.
  form.querySelectorAll('[type="submit"]').forEach((button) => button.setAttribute('aria-disabled', 'true'))
}

const releaseAll = () => document.querySelectorAll('form[data-sent]').forEach(release)
const releaseAtNext = (kind) => document.addEventListener(kind, releaseAll, { once: true, capture: true })

// The page is still there, or came back from the browser's cache: the form may be sent again (its `once` token decides on the server).
function release(form) {
  delete form.dataset.sent
  form.querySelectorAll('[type="submit"]').forEach((button) => button.removeAttribute('aria-disabled'))
}

const contents = (form) => new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, value.name ?? value])).toString()

function guard(form) {
  const before = contents(form)
  // A form that came back with errors holds work that is not saved yet.
  const rejected = form.hasAttribute('data-rejected')
  window.addEventListener('beforeunload', (event) => {
    if (!form.dataset.sent && !form.dataset.givenUp && (rejected || contents(form) !== before)) event.preventDefault()
  })
  // Whoever chooses by a link to leave one's own version has answered already.
  form.querySelector('a[data-give-up]')?.addEventListener('click', () => (form.dataset.givenUp = 'true'))
}

function reveal(button) {
  const input = document.getElementById(button.getAttribute('aria-controls'))
  button.hidden = false
  button.addEventListener('click', () => {
    const shown = input.type === 'password'
    input.type = shown ? 'text' : 'password'
    button.setAttribute('aria-pressed', String(shown))
    button.querySelector('[data-when="hidden"]').hidden = shown
    button.querySelector('[data-when="shown"]').hidden = !shown
  })
}

// A person's form: the codice fiscale is read as soon as it is whole; who may be here already is told under the field that one is in.
// Whatever comes meanwhile, that field stays where it is on the screen.

const WHOLE = 16

export function watchPerson() {
  const code = document.querySelector('[data-code]')
  if (!code) return
  const { form } = code
  const known = form.querySelector('#known')
  code.addEventListener('input', () => code.value.replace(/\s/g, '').length >= WHOLE && code.dispatchEvent(new Event('whole')))
  known?.addEventListener('htmx:beforeSwap', () => bringNear(known, form))
  form.addEventListener('htmx:oobAfterSwap', () => mark(code))
  holdStill(form)
  form.addEventListener('htmx:afterSettle', () => document.activeElement === code && note(form).scrollIntoView({ block: 'nearest' }))
}

const note = (form) => form.querySelector('#code-note')

// The code is wrong as long as the note under it says so.
function mark(code) {
  if (note(code.form).querySelector('.field-error')) code.setAttribute('aria-invalid', 'true')
  else code.removeAttribute('aria-invalid')
}

// Where it is seen already, it stays. Else it goes to the side of the field on which there is more room: below it, or above.
function bringNear(known, form) {
  const height = window.visualViewport?.height ?? window.innerHeight
  const { top, bottom } = known.getBoundingClientRect()
  const isSeen = known.textContent.trim() && top >= 0 && bottom <= height
  const active = form.contains(document.activeElement) && document.activeElement
  // The fields that the code fills in are written anew as a whole.
  const field = active && (active.closest('#from-code') ?? active.closest('.field'))
  if (!field || isSeen) return
  const place = field.getBoundingClientRect()
  if (place.top > height - place.bottom) field.before(known)
  else field.after(known)
}

function holdStill(form) {
  let held = null
  form.addEventListener('htmx:beforeSwap', () => {
    const { activeElement: active } = document
    held = form.contains(active) && active.id ? { id: active.id, top: active.getBoundingClientRect().top } : null
  }, { capture: true })
  form.addEventListener('htmx:afterSettle', () => {
    const field = held && document.getElementById(held.id)
    if (field) window.scrollBy({ top: field.getBoundingClientRect().top - held.top, behavior: 'instant' })
  })
}

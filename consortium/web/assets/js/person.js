// A person's form: the codice fiscale is read as soon as it is whole; who may be here already is told under the field that one is in.
// Whatever comes meanwhile, that field stays where it is on the screen, and what is written in it stays.

const WHOLE = 16

export function watchPerson() {
  const code = document.querySelector('[data-code]')
  if (!code) return
  const { form } = code
  const known = form.querySelector('#known')
  code.addEventListener('input', () => code.value.replace(/\s/g, '').length >= WHOLE && code.dispatchEvent(new Event('whole')))
  known?.addEventListener('htmx:beforeSwap', () => bringNear(known, form))
  form.addEventListener('htmx:oobAfterSwap', () => mark(code))
  keepTouched(form, code)
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
  // The fields that the code fills in are written anew, each as a whole.
  const field = active && (active.closest('#from-code') ?? active.closest('.field'))
  if (!field || isSeen) return
  const place = field.getBoundingClientRect()
  if (place.top > height - place.bottom) field.before(known)
  else field.after(known)
}

// What the code says of a field in which somebody writes, or on which they press, since it was asked is not put there; once they have left
// the field, the code is asked again: what was written by hand stays.
function keepTouched(form, code) {
  const [touched, passedOver] = [new Set(), new Set()]
  const filled = form.querySelector('#from-code')
  const touch = ({ target }) => {
    const place = target.closest('#from-code > *')
    if (place) touched.add(place)
  }
  const events = ['pointerdown', 'focusin', 'input', 'change']
  events.forEach((name) => filled.addEventListener(name, touch, { capture: true }))
  code.addEventListener('htmx:beforeRequest', () => {
    touched.clear()
    if (filled.contains(document.activeElement)) touch({ target: document.activeElement })
  })
  filled.addEventListener('htmx:oobBeforeSwap', ({ detail }) => {
    if (!touched.has(detail.target)) return
    detail.shouldSwap = false
    passedOver.add(detail.target)
  })
  filled.addEventListener('focusout', ({ target, relatedTarget }) => {
    const place = target.closest('#from-code > *')
    if (!place.contains(relatedTarget) && passedOver.delete(place)) code.dispatchEvent(new Event('whole'))
  })
}

// What is pressed, else the field that one is in: a button that goes up elsewhere than it went down is no click.
function holdStill(form) {
  let [held, pressed] = [null, null]
  form.addEventListener('pointerdown', ({ target }) => (pressed = target), { capture: true })
  document.addEventListener('pointerup', () => (pressed = null), { capture: true })
  document.addEventListener('pointercancel', () => (pressed = null), { capture: true })
  form.addEventListener('htmx:beforeSwap', () => {
    const { activeElement: active } = document
    const place = pressed ?? (form.contains(active) ? active : null)
    held = place && { place, id: place.id, top: place.getBoundingClientRect().top }
  }, { capture: true })
  form.addEventListener('htmx:afterSettle', () => {
    const place = held && (held.place.isConnected ? held.place : document.getElementById(held.id))
    if (place) window.scrollBy({ top: place.getBoundingClientRect().top - held.top, behavior: 'instant' })
  })
}

// Long forms save themselves: a form with data-draft sends what it holds there, a moment after the last key, and says when.
// What was typed and not sent yet goes when the page is hidden. Nothing is saved before something was changed, nor after
// the form itself was sent, nor thrown away. What could not be sent is tried again when the network is back, when one comes back
// to the page (from signing in, say), and now and then in between.

const PAUSE = 1500
const SIGNED_OUT = 401
const AGAIN = [4000, 60000] // the first time, and at most

export function watchDrafts() {
  document.querySelectorAll('form[data-draft]').forEach(watch)
}

function contents(form) {
  const values = {}
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== 'string') continue
    values[name] = name in values ? [values[name], value].flat() : value
  }
  return values
}

function watch(form) {
  const state = form.querySelector('[data-draft-state]')
  let timer = null
  let saved = JSON.stringify(contents(form))
  let under = null
  let wait = AGAIN[0]

  async function save(keepalive = false) {
    clearTimeout(timer)
    const values = contents(form)
    const now = JSON.stringify(values)
    if (form.dataset.sent || now === saved) return
    under?.abort()
    under = new AbortController()
    const body = JSON.stringify({ form: location.pathname, values })
    const headers = { 'Content-Type': 'application/json' }
    try {
      const answer = await fetch(form.dataset.draft, { method: 'POST', headers, body, keepalive, signal: under.signal, redirect: 'error' })
      if (!answer.ok) throw new Error(answer.statusText, { cause: answer.status })
      state.textContent = (await answer.json()).words
      saved = now
      wait = AGAIN[0]
    } catch (error) {
      if (error.name === 'AbortError') return
      tellFailed(form, state, error.cause === SIGNED_OUT)
      timer = setTimeout(save, wait)
      wait = Math.min(wait * 2, AGAIN[1])
    }
  }

  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(save, PAUSE)
  }
  form.addEventListener('input', later)
  form.addEventListener('change', later)
  const stop = () => {
    clearTimeout(timer)
    under?.abort()
  }
  form.addEventListener('submit', stop)
  document.querySelector('form[data-discard]')?.addEventListener('submit', () => {
    form.dataset.sent = 'true'
    stop()
  })
  window.addEventListener('online', () => save())
  document.addEventListener('visibilitychange', () => save(document.visibilityState === 'hidden'))
}

// Told once: said again at each try, it would be read aloud again, and a link would lose the focus.
function tellFailed(form, state, isSignedOut) {
  if (!isSignedOut) state.textContent = state.dataset.failed
  else if (!state.querySelector('a')) state.replaceChildren(form.querySelector('template[data-signed-out]').content.cloneNode(true))
}

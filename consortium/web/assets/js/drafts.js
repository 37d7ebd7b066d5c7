// Long forms save themselves: a form with data-draft sends what it holds there, a moment after the last key, and says when.
// What was typed and not sent yet goes when the page is hidden. Nothing is saved before something was changed, nor after
// the form itself was sent. The first draft takes the place of one that was offered and not taken up.

const PAUSE = 1500

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
  const offer = document.querySelector('[data-draft-offer]')
  let timer = null
  let saved = JSON.stringify(contents(form))
  let under = null

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
      if (!answer.ok) throw new Error(answer.statusText)
      state.textContent = (await answer.json()).words
      saved = now
      offer?.remove()
    } catch (error) {
      if (error.name !== 'AbortError') state.textContent = state.dataset.failed
    }
  }

  const later = () => {
    clearTimeout(timer)
    timer = setTimeout(save, PAUSE)
  }
  form.addEventListener('input', later)
  form.addEventListener('change', later)
  form.addEventListener('submit', () => {
    clearTimeout(timer)
    under?.abort()
  })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && save(true))
}

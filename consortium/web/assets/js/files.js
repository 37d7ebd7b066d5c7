// Files: one that is too large is told at once, before minutes of sending; two fields for one file are never both filled.

export function watchFiles() {
  document.querySelectorAll('input[type="file"][data-largest]').forEach((input) => {
    input.addEventListener('change', () => chosen(input))
  })
}

function chosen(input) {
  const large = [...input.files].some((file) => file.size > Number(input.dataset.largest))
  const field = input.closest('.field')
  field.querySelector('[data-told]')?.remove()
  input.removeAttribute('aria-invalid')
  if (large) {
    input.value = ''
    input.setAttribute('aria-invalid', 'true')
    field.append(told(input.dataset.tooLarge))
  } else if (input.files.length) {
    input.form.querySelectorAll('input[type="file"]').forEach((other) => other !== input && (other.value = ''))
  }
}

function told(words) {
  const line = document.createElement('p')
  line.className = 'field-error'
  line.setAttribute('role', 'alert')
  line.dataset.told = ''
  line.textContent = words
  return line
}

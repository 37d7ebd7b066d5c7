// Tables of class `listing`: the whole row opens what its first link opens (rows with data-open), and choosing rows
// (checkboxes data-choose; data-choose-all in the heading) shows the bulk actions ([data-bulk], its [data-chosen-count]).

const busy = 'a, button, input, label, select, textarea, summary'

export function watchRows() {
  document.addEventListener('click', openRow)
  document.addEventListener('change', choose)
  document.querySelectorAll('table.listing').forEach(showChosen)
  document.addEventListener('htmx:load', (event) => event.target.querySelectorAll?.('table.listing').forEach(showChosen))
}

function openRow(event) {
  const row = event.target.closest('table.listing tr[data-open]')
  if (!row || event.target.closest(busy) || String(window.getSelection())) return
  const link = row.querySelector('a[href]')
  if (event.ctrlKey || event.metaKey) window.open(link.href)
  else link?.click()
}

function choose(event) {
  const table = event.target.closest('table.listing')
  if (!table) return
  if (event.target.matches('[data-choose-all]')) {
    table.querySelectorAll('[data-choose]').forEach((box) => (box.checked = event.target.checked))
  }
  showChosen(table)
}

function showChosen(table) {
  const boxes = [...table.querySelectorAll('[data-choose]')]
  const chosen = boxes.filter((box) => box.checked)
  boxes.forEach((box) => box.closest('tr').classList.toggle('chosen', box.checked))
  const all = table.querySelector('[data-choose-all]')
  if (all) {
    all.hidden = false
    all.checked = chosen.length > 0 && chosen.length === boxes.length
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length
  }
  const bulk = (table.closest('form') ?? document).querySelector('[data-bulk]')
  if (!bulk) return
  bulk.hidden = chosen.length === 0
  bulk.querySelectorAll('[data-chosen-line]').forEach((line) => (line.hidden = false))
  bulk.querySelectorAll('[data-chosen-count]').forEach((place) => (place.textContent = String(chosen.length)))
}

// Filters remembered per list: a section with data-listing leaves its data-listing-query in this tab, and a link that
// leads to that list from elsewhere, without a query of its own, takes it along. Links on the list itself ("clear all")
// stay as they are. Only in this tab, and forgotten at sign-out: a desk's computer is shared.

const key = (path) => `capofila.list.${path}`

export function watchLists() {
  document.querySelectorAll('[data-listing]').forEach((list) => {
    sessionStorage.setItem(key(location.pathname), list.dataset.listingQuery)
  })
  document.addEventListener('click', takeAlong, true)
  document.addEventListener('submit', (event) => event.target.matches('[data-forget]') && sessionStorage.clear())
}

function takeAlong(event) {
  const link = event.target.closest?.('a[href]')
  if (!link || link.origin !== location.origin || link.search || link.pathname === location.pathname) return
  const query = sessionStorage.getItem(key(link.pathname))
  if (query) link.search = query
}

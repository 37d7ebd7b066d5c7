// On a phone tabs are one row that scrolls: where one is stands in its middle, so that there is more to see on both sides.

export function watchTabs() {
  document.querySelectorAll('.nav-tabs.pages .nav-link.active').forEach(inSight)
}

function inSight(link) {
  const row = link.closest('.nav-tabs')
  const [around, tab] = [row.getBoundingClientRect(), link.getBoundingClientRect()]
  row.scrollLeft += tab.left + tab.width / 2 - (around.left + around.width / 2)
}

// The one script: the plugins of Bootstrap Italia that the pages use, htmx, and what is ours.
// Every page works without it; it saves keystrokes and mistakes.
import 'bootstrap-italia/dist/plugins/init.js'
import Dropdown from 'bootstrap-italia/dist/plugins/dropdown.js'
import Modal from 'bootstrap-italia/dist/plugins/modal.js'
import NavBarCollapsible from 'bootstrap-italia/dist/plugins/navbar-collapsible.js'
import htmx from 'htmx.org/dist/htmx.esm.js'
import { watchDrafts } from './drafts.js'
import { watchFiles } from './files.js'
import { watchForms } from './forms.js'
import { watchLists } from './lists.js'
import { watchPaper } from './paper.js'
import { watchPerson } from './person.js'
import { watchRows } from './rows.js'
import { watchSearch } from './search.js'
import { watchShortcuts } from './shortcuts.js'
import { watchTabs } from './tabs.js'

// The package declares its plugins free of side effects, so a bare import of one would be left out of the bundle.
window.bootstrap = { Dropdown, Modal, NavBarCollapsible }
window.htmx = htmx

watchDrafts()
watchFiles()
watchForms()
watchLists()
watchPaper()
watchPerson()
watchRows()
watchSearch()
watchShortcuts()
watchTabs()

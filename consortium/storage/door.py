"""The store of this application, for the doors of the rooms: below them it is handed over."""

from flask import current_app

from consortium.storage.stores import Store, chosen

EXTENSION = "documents-store"


def store() -> Store:
    """The one that DOCUMENTS_URL names, made when it is first asked for."""
    made: Store | None = current_app.extensions.get(EXTENSION)
    if made is None:
        made = current_app.extensions[EXTENSION] = chosen(current_app.config["DOCUMENTS_URL"])
    return made

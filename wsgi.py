"""gunicorn's door."""

from consortium.app import wsgi

app = wsgi()

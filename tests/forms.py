"""What a browser sends of a page's form: each of its fields as it stands, or typed over."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any, TypeAlias

Sent: TypeAlias = dict[str, list[str]]


def standing(page: str, **typed: str | list[str]) -> Sent:
    """The fields of the page's form (the one with a token against a second submit), with some of them typed over."""
    found = _Forms()
    found.feed(page)
    (form,) = [fields for fields in found.forms if "once" in fields]
    return {**form, **{name: value if isinstance(value, list) else [value] for name, value in typed.items()}}


class _Forms(HTMLParser):
    """The forms of a page, each as its successful controls."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Sent] = []
        self.select: str | None = None
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Mapping[str, Any] = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and "name" in given and _sends(given):
            self._add(given["name"], given.get("value", ""))
        elif tag == "select":
            self.select = given.get("name")
        elif tag == "option" and self.select and "selected" in given:
            self._add(self.select, given["value"])
        elif tag == "textarea":
            self.area = given.get("name")
            self._add(given.get("name", ""), "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.select = self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1][self.area] = [data.replace("\r\n", "\n").replace("\n", "\r\n")]

    def _add(self, name: str, value: str) -> None:
        if self.forms and name:
            self.forms[-1].setdefault(name, []).append(value)


def _sends(given: Mapping[str, Any]) -> bool:
    return given.get("type") not in ("submit", "file") and (given.get("type") not in ("checkbox", "radio") or "checked" in given)

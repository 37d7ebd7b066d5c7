"""Settings: what is wrong stops the program with its name and remedy."""

from pathlib import Path

import pytest

from consortium.config import ConfigInvalid, from_environment

KEY = "k" * 32
URL = "postgresql://capofila:secret@localhost/capofila"


def settings(tmp_path: Path, **given: str) -> dict[str, str]:
    return {"INSTANCE": str(tmp_path), **given}


def test_nothing_at_all_is_a_development_server(tmp_path: Path) -> None:
    found = from_environment(settings(tmp_path))
    assert (found.port, found.production, found.mail_url) == (8000, False, f"file://{tmp_path / 'mail'}")
    assert "capofila@" in found.database_url
    assert from_environment(settings(tmp_path)).secret_key == found.secret_key


def test_an_outside_database(tmp_path: Path) -> None:
    found = from_environment(settings(tmp_path, DATABASE_URL=URL))
    assert found.database_url == URL.replace("postgresql:", "postgresql+psycopg:")
    assert found.owner_database_url is None


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"PORT": "ottomila"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL"),
        ({"CAPOFILA_ENV": "production", "SECRET_KEY": KEY}, "DATABASE_URL"),
        ({"CAPOFILA_ENV": "production", "DATABASE_URL": URL}, "SECRET_KEY"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigInvalid, match=named):
        from_environment(settings(tmp_path, **given))

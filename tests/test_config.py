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
        ({"DOCUMENTS_URL": "/var/lib/documents"}, "DOCUMENTS_URL"),
        ({"DOCUMENTS_URL": "file://documents"}, "three slashes"),
        ({"DOCUMENTS_URL": "ftp://host/folder"}, "DOCUMENTS_URL"),
        ({"DOCUMENTS_URL": "s3:///prefix"}, "bucket"),
        ({"DOCUMENTS_URL": "s3://key:secret@bucket"}, "AWS_ACCESS_KEY_ID"),
        ({"DOCUMENTS_URL": "s3://bucket?zone=x"}, "zone"),
        ({"DOCUMENTS_URL": "s3://bucket?endpoint=s3.example.it"}, "endpoint"),
        ({"CAPOFILA_ENV": "production", "SECRET_KEY": KEY}, "DATABASE_URL"),
        ({"CAPOFILA_ENV": "production", "DATABASE_URL": URL}, "SECRET_KEY"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigInvalid, match=named):
        from_environment(settings(tmp_path, **given))


def test_documents_lie_in_a_folder_of_the_instance_or_in_a_bucket(tmp_path: Path) -> None:
    assert from_environment(settings(tmp_path)).documents_url == f"file://{tmp_path / 'documents'}"
    bucket = "s3://documenti/prova?endpoint=https://s3.example.it&region=it-mil-1"
    assert from_environment(settings(tmp_path, DOCUMENTS_URL=bucket)).documents_url == bucket

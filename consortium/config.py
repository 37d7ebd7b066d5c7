"""Settings from the environment, frozen and validated at start: a wrong one stops the program with its name and remedy."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tenants.server import EmbeddedServer

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "capofila"


class ConfigInvalid(ValueError):
    """A setting is missing or malformed; the message names it and says what to do."""


@dataclass(frozen=True)
class Config:
    """`database_url` is the application's login, which owns nothing; `owner_database_url` migrates, and is not needed to serve."""

    database_url: str
    owner_database_url: str | None
    secret_key: str
    port: int
    mail_url: str
    documents_url: str
    instance: Path
    production: bool
    demo_password: str | None
    mail_from: str = "Capofila <no-reply@capofila.example>"


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """Read and check the settings; raises ConfigInvalid."""
    instance = Path(environ.get("INSTANCE", ROOT / "instance")).resolve()
    production = environ.get("CAPOFILA_ENV", "development") == "production"
    if production and uses_embedded(environ):
        raise ConfigInvalid(
            "DATABASE_URL is not set: production keeps its data in a PostgreSQL of its own, not in the one that comes along"
        )
    url, owner_url = _databases(environ, instance)
    return Config(
        database_url=url,
        owner_database_url=owner_url,
        secret_key=_secret_key(environ, instance, production),
        port=_port(environ.get("PORT", "8000")),
        mail_url=environ.get("MAIL_URL", f"file://{instance / 'mail'}"),
        documents_url=_documents(environ.get("DOCUMENTS_URL", f"file://{instance / 'documents'}")),
        instance=instance,
        production=production,
        demo_password=environ.get("DEMO_PASSWORD") or None,
        mail_from=environ.get("MAIL_FROM", Config.mail_from),
    )


def embedded(instance: Path) -> EmbeddedServer:
    return EmbeddedServer(instance / "postgres")


def uses_embedded(environ: Mapping[str, str] = os.environ) -> bool:
    return not environ.get("DATABASE_URL")


def _databases(environ: Mapping[str, str], instance: Path) -> tuple[str, str | None]:
    if not uses_embedded(environ):
        owner = environ.get("OWNER_DATABASE_URL")
        return _psycopg(environ["DATABASE_URL"]), _psycopg(owner) if owner else None
    server = embedded(instance)
    return server.url("capofila", DATABASE), server.url("owner", DATABASE)


def _psycopg(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in ("postgresql", "postgres"):
        raise ConfigInvalid("DATABASE_URL is not a PostgreSQL address: write postgresql://login:password@host/database")
    return f"postgresql+psycopg://{rest}"


def _documents(url: str) -> str:
    """A folder, or a bucket with what is needed to reach it."""
    address = urlsplit(url)
    if address.scheme == "file":
        if address.netloc or not address.path.strip("/"):
            raise ConfigInvalid("DOCUMENTS_URL names no folder: write file:///var/lib/capofila/documents, with three slashes")
        return url
    if address.scheme != "s3" or not address.netloc:
        raise ConfigInvalid(
            "DOCUMENTS_URL is neither a folder nor a bucket: write file:///folder or s3://bucket/prefix?endpoint=https://…&region=…"
        )
    if address.username or address.password:
        raise ConfigInvalid("DOCUMENTS_URL has credentials in it: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead")
    asked = parse_qs(address.query, keep_blank_values=True)
    if unknown := sorted(asked.keys() - {"endpoint", "region"}):
        raise ConfigInvalid(f"DOCUMENTS_URL asks for {', '.join(unknown)}: write endpoint and region only")
    if "endpoint" in asked and urlsplit(asked["endpoint"][-1]).scheme not in ("http", "https"):
        raise ConfigInvalid("DOCUMENTS_URL has an endpoint that is no address: write endpoint=https://s3.example.it")
    return url


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ConfigInvalid(f"PORT is {text!r}: write a number from 1 to 65535")
    return int(text)


def _secret_key(environ: Mapping[str, str], instance: Path, production: bool) -> str:
    given = environ.get("SECRET_KEY", "")
    if len(given) >= 32:
        return given
    if given or production:
        raise ConfigInvalid(
            "SECRET_KEY must have at least 32 characters: make one with `python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`"
        )
    return _kept_key(instance / "secret_key")


def _kept_key(path: Path) -> str:
    """In development a key is made once and kept in `instance/`, so that sign-ins outlive a restart."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()

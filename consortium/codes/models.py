"""Code tables: the standard codes are the same for all; a consortium has rows of its own beside and in place of them."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base
from tenants.models import Tenanted, new_id


class Scheme(StrEnum):
    """The code tables that there are: one file each in tenants/codes."""

    OCCUPATIONS = "occupations"
    EDUCATION = "education"
    CONTRACTS = "contracts"
    OCCUPATIONAL_STATUS = "occupational_status"
    LANGUAGES = "languages"
    DRIVING_LICENCES = "driving_licences"
    PERMIT_KINDS = "permit_kinds"
    PROTECTED_LISTS = "protected_lists"
    DOCUMENT_KINDS = "document_kinds"


# What is no part of a word, in a key of search: an apostrophe, a slash, a quotation mark; not the points of a code (2654.1).
BETWEEN_WORDS = r"[^[:alnum:].]|\.(?![0-9])|(?<![0-9])\."


class StandardCode(Base):
    """A code of a published classification (`scheme`: "occupations" is ISCO-08), with its name in both languages.

    `code` is that of the classification, `parent` the code of its group; filled by the owner, after the migrations.
    """

    __tablename__ = "standard_codes"
    __table_args__ = (UniqueConstraint("scheme", "code"), {"info": {"kind": "reference"}})

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    scheme: Mapped[str]
    code: Mapped[str]
    parent: Mapped[str | None]
    label_it: Mapped[str]
    label_en: Mapped[str]
    position: Mapped[int]


class Code(Tenanted, Base):
    """A code of a consortium's own, or its way with a standard one of the same `scheme` and `code`: other names, or hidden.

    A name that was not given is null: the one in the other language is shown. A hidden code keeps its name where it was used, and is
    offered no more. What holds a code says of which scheme: a column with `info={"scheme": …}`.
    """

    __tablename__ = "codes"
    __table_args__ = (
        CheckConstraint("label_it IS NOT NULL OR label_en IS NOT NULL", name="named"),
        UniqueConstraint("tenant_id", "scheme", "code"),
    )

    scheme: Mapped[str]
    code: Mapped[str]
    parent: Mapped[str | None]
    label_it: Mapped[str | None]
    label_en: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    hidden: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    # Folded words, each with a blank before it, for search: thousands of rows where a whole classification was loaded.
    search_key: Mapped[str] = mapped_column(
        Computed(
            "regexp_replace(app.fold(' ' || code || ' ' || coalesce(label_it, '') || ' ' || coalesce(label_en, '')),"
            f" '{BETWEEN_WORDS}', ' ', 'g')",
            persisted=True,
        )
    )

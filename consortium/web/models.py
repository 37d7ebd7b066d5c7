"""What the web keeps for itself: submissions already answered."""

from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base
from tenants.models import Tenanted


class Submission(Tenanted, Base):
    """A form that was accepted, by the id that it carried, and where its sender was sent: the second click goes there too."""

    __tablename__ = "submissions"
    __table_args__ = ({"info": {"trailed": False}},)

    location: Mapped[str] = mapped_column(default="")

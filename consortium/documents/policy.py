"""Who sees and keeps the papers of the people served: whoever sees their cases."""

from consortium.web.policy import Permission, Role, grant


class Documents(Permission):
    READ = "documents.read"
    WRITE = "documents.write"


grant([Documents.READ, Documents.WRITE], Role.ADMINISTRATOR, Role.COORDINATOR, Role.CASE_MANAGER)

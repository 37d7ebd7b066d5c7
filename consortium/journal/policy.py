"""Who writes down what must be remembered about the people served: whoever works with them."""

from consortium.web.policy import Permission, Role, grant


class Notes(Permission):
    READ = "notes.read"
    WRITE = "notes.write"


class Tasks(Permission):
    READ = "tasks.read"
    WRITE = "tasks.write"


grant([*Notes, *Tasks], Role.ADMINISTRATOR, Role.COORDINATOR, Role.CASE_MANAGER)

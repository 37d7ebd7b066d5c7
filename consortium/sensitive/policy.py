"""Who opens sensitive data: only whom the consortium has entrusted with them (GDPR art. 9), of the people that their role sees."""

from consortium.web.policy import Permission, Role, grant


class Sensitive(Permission):
    READ = "sensitive.read"
    WRITE = "sensitive.write"

    @property
    def concealed(self) -> bool:
        return True


grant([Sensitive.READ, Sensitive.WRITE], Role.ENTRUSTED)

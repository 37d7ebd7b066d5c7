"""The fields of forms, under the name by which this room and those above know them."""

from consortium.web.fields import Day, Hour, Id, Mail, OneOf, Spoken, Whole, Words

__all__ = ["Day", "Hour", "Id", "Mail", "OneOf", "Spoken", "Whole", "Words"]

"""A refusal: an action that says no, in words the person reads beside the field."""

from typing import Any

from django.forms import BaseForm


class Refused(Exception):
    """The action did nothing. `message` is shown as it is; `field` names the form field it belongs beside."""

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field

    def tell(self, form: BaseForm) -> None:
        """Put the words beside their field, or on top where the form has no such field."""
        form.add_error(self.field if self.field in form.fields else None, self.message)

"""The form on the peer's private link."""

from django.utils.translation import gettext_lazy as _

from sessions.forms.outcomes import CancelForm


class CannotComeForm(CancelForm):
    """The peer calls off: the same few words, asked of them."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].label = _("If you can’t come, choose what fits best")

"""The wall's first stone: no context is an error, another organisation's rows are not there."""

import pytest
from django.db import DataError, ProgrammingError, transaction

from lib import wall
from people.models import Organisation, Peer
from tests import factories


@pytest.mark.django_db(transaction=True)
def test_no_context_is_an_error() -> None:
    with transaction.atomic():
        ash = factories.organisation("ash")
        factories.peer(ash)
    with pytest.raises((ProgrammingError, DataError)):
        list(Peer.objects.all())


def test_other_rows_are_not_there(ash: Organisation, elm: Organisation) -> None:
    factories.peer(elm)
    mine = factories.peer(ash)
    assert list(Peer.objects.all()) == [mine]
    with wall.inside(elm.pk):
        assert mine not in Peer.objects.all()

"""The wall's setting: in a page, a task and a command it stands for one transaction, and for none after it."""

import io

import pytest
from django.core.management import call_command
from django.db import DataError, ProgrammingError, connection, transaction
from django.urls import reverse

from lib import wall
from peersafe.celery import app as celery_app
from people.models import Organisation, Peer
from tests import factories

NO_CONTEXT = (ProgrammingError, DataError)


def _pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _found(slug: str) -> Organisation:
    with transaction.atomic():
        organisation = factories.organisation(slug)
        factories.peer(organisation)
    return organisation


@pytest.mark.django_db(transaction=True)
def test_setting_does_not_outlive_its_transaction_on_a_pooled_connection() -> None:
    ash = _found("ash")
    with wall.inside(ash.pk):
        pid = _pid()
        assert Peer.objects.count() == 1
    with pytest.raises(NO_CONTEXT):
        Peer.objects.count()
    for _ in range(20):  # back to the pool, until the same one comes out again
        connection.close()
        if _pid() == pid:
            break
    assert _pid() == pid
    with pytest.raises(NO_CONTEXT):
        Peer.objects.count()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused() -> None:
    ash = _found("ash")
    with pytest.raises(wall.NoTransaction):
        wall.enter(ash.pk)


@pytest.mark.django_db(transaction=True)
def test_nested_walls_give_the_outer_one_back_also_after_an_error() -> None:
    ash, elm = _found("ash"), _found("elm")
    with wall.inside(ash.pk):
        with wall.inside(elm.pk):
            assert wall.current() == elm.pk
        assert wall.current() == ash.pk
        with pytest.raises(ZeroDivisionError), wall.inside(elm.pk):
            _ = 1 / 0
        assert wall.current() == ash.pk
    assert wall.current() is None


@pytest.mark.django_db(transaction=True)
def test_page_enters_and_leaves_no_trace() -> None:
    ash, elm = _found("ash"), _found("elm")
    clients = {
        row.organisation_id: factories.signed_in(row) for row in map(factories.coordinator, (ash, elm))
    }
    for organisation in (ash, elm, ash):
        response = clients[organisation.pk].get(reverse("trail", args=[organisation.slug]))
        assert (response.status_code, organisation.name in response.content.decode()) == (200, True)
        assert wall.current() is None
    assert clients[ash.pk].get(reverse("trail", args=["elm"])).status_code == 404
    assert wall.current() is None


@pytest.mark.django_db(transaction=True)
def test_refused_page_leaves_no_trace() -> None:
    ash = _found("ash")
    client = factories.signed_in(factories.supporter(ash))
    assert client.get(reverse("venues:add_venue", args=["ash"])).status_code == 403
    assert wall.current() is None


def _count_peers(slug: str) -> int:
    """A task as a room would write it: an id in, the wall entered, a number out."""
    organisation_id = Organisation.objects.get(slug=slug).pk
    return Peer.objects.filter(organisation_id=organisation_id).count()


@pytest.mark.django_db(transaction=True)
def test_task_that_forgets_the_wall_fails_and_one_inside_works() -> None:
    ash = _found("ash")
    task = celery_app.task(name="tests.count_peers")(_count_peers)
    assert isinstance(task.apply(args=("ash",)).result, NO_CONTEXT)

    def inside() -> int:
        with wall.inside(ash.pk):
            return _count_peers("ash")

    assert celery_app.task(name="tests.count_inside")(inside).apply().result == 1
    assert wall.current() is None


@pytest.mark.django_db(transaction=True)
def test_command_goes_from_one_to_the_next() -> None:
    _found("ash"), _found("elm")
    out = io.StringIO()
    call_command("verify_audit", stdout=out)
    assert [line.split()[1].rstrip(":") for line in out.getvalue().splitlines()[:2]] == ["ash", "elm"]
    assert wall.current() is None

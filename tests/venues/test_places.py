"""Places: added, edited, put away, taken out again; by whom, in which state, once."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from lib.ids import new_id
from lib.once import made_id
from lib.refusal import Refused
from people.models import Organisation
from tests import factories
from venues.actions import places
from venues.models import Venue
from venues.states import ACTIVE, ARCHIVED

FIELDS = {"name": "Mill House", "address": "3 Mill Lane", "getting_there": "Bus 7.\r\nThe blue door."}


def _venue(organisation: Organisation, name: str = "Mill House", **changes: str) -> Venue:
    values = {"address": "", "getting_there": "", **changes}
    by = factories.member(factories.coordinator(organisation))
    return places.add_venue(once=new_id(), name=name, by=by, now=factories.START, **values)


def _url(name: str, venue: Venue) -> str:
    return reverse(f"venues:{name}", args=["ash", venue.pk])


@pytest.fixture
def coordinator(ash: Organisation) -> Client:
    return factories.signed_in(factories.coordinator(ash))


def _verbs(venue: Venue) -> list[str]:
    return list(
        Event.objects.filter(object_id=str(venue.pk)).order_by("number").values_list("verb", flat=True)
    )


# add ----------------------------------------------------------------------------------------------------------


def test_add_venue(coordinator: Client) -> None:
    once = new_id()
    response = coordinator.post(reverse("venues:add_venue", args=["ash"]), {**FIELDS, "once": once})
    venue = Venue.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, _url("venue", venue))
    assert venue.pk == made_id(once, "AddVenueForm")
    assert (venue.name, venue.state, venue.getting_there) == (
        "Mill House",
        ACTIVE,
        "Bus 7.\r\nThe blue door.",
    )
    assert _verbs(venue) == ["venues.add_venue"]


def test_add_venue_sent_twice_is_one_place(coordinator: Client) -> None:
    once = new_id()
    for _ in range(2):
        coordinator.post(reverse("venues:add_venue", args=["ash"]), {**FIELDS, "once": once})
    assert _verbs(Venue.objects.get()) == ["venues.add_venue"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("name", "Mill\x00House"),
        ("address", "x" * 301),
        ("getting_there", "x" * 2001),
    ],
)
def test_add_venue_says_what_is_wrong_beside_the_field(coordinator: Client, field: str, value: str) -> None:
    typed = {**FIELDS, field: value, "once": new_id()}
    response = coordinator.post(reverse("venues:add_venue", args=["ash"]), typed)
    page = response.content.decode()
    assert (response.status_code, Venue.objects.count()) == (422, 0)
    assert f'id="id_{field}_error"' in page or f"#id_{field}" in page
    kept = next(name for name in FIELDS if name != field)
    assert FIELDS[kept].splitlines()[0] in page


def test_names_in_any_script_come_back_as_they_were(coordinator: Client) -> None:
    name = "بيت 🏡 <b>Mühle</b>"
    coordinator.post(reverse("venues:add_venue", args=["ash"]), {**FIELDS, "name": name, "once": new_id()})
    assert Venue.objects.get().name == name
    page = coordinator.get(reverse("venues:venue_list", args=["ash"])).content.decode()
    assert "<bdi>بيت 🏡 &lt;b&gt;Mühle&lt;/b&gt;</bdi>" in page


def test_a_form_that_was_tampered_with_says_so(coordinator: Client) -> None:
    response = coordinator.post(reverse("venues:add_venue", args=["ash"]), {**FIELDS, "once": "nonsense"})
    assert (response.status_code, Venue.objects.count()) == (422, 0)


# edit ---------------------------------------------------------------------------------------------------------


def test_edit_venue(ash: Organisation, coordinator: Client) -> None:
    venue = _venue(ash)
    response = coordinator.post(_url("edit_venue", venue), {**FIELDS, "name": "New Mill", "revision": 0})
    venue.refresh_from_db()
    assert (response.status_code, venue.name, venue.revision) == (302, "New Mill", 1)
    assert Event.objects.order_by("-number")[0].detail == {"changed": ["address", "getting_there", "name"]}


def test_edit_venue_on_a_stale_page_keeps_what_was_typed_and_shows_the_newest(
    ash: Organisation, coordinator: Client
) -> None:
    venue = _venue(ash)
    coordinator.post(_url("edit_venue", venue), {**FIELDS, "name": "By Ada", "revision": 0})
    response = coordinator.post(_url("edit_venue", venue), {**FIELDS, "name": "By Ben", "revision": 0})
    page = response.content.decode()
    venue.refresh_from_db()
    assert (response.status_code, venue.name) == (422, "By Ada")
    assert ('value="By Ben"' in page, "<bdi>By Ada</bdi>" in page, 'name="revision" value="1"' in page) == (
        True,
    ) * 3
    coordinator.post(_url("edit_venue", venue), {**FIELDS, "name": "By Ben", "revision": 1})
    venue.refresh_from_db()
    assert venue.name == "By Ben"


def test_edit_venue_that_was_put_away_is_refused(ash: Organisation, coordinator: Client) -> None:
    venue = _venue(ash)
    coordinator.post(_url("archive_venue", venue))
    response = coordinator.post(_url("edit_venue", venue), {**FIELDS, "revision": 0})
    venue.refresh_from_db()
    assert (response.status_code, venue.address) == (422, "")


# archive, restore ---------------------------------------------------------------------------------------------


def test_archive_and_restore_venue(ash: Organisation, coordinator: Client) -> None:
    venue = _venue(ash)
    assert coordinator.post(_url("archive_venue", venue)).status_code == 302
    venue.refresh_from_db()
    assert (venue.state, venue.archived_at is None, venue.archived_by[:7]) == (ARCHIVED, False, "member:")
    assert coordinator.post(_url("restore_venue", venue)).status_code == 302
    venue.refresh_from_db()
    assert (venue.state, venue.archived_at, venue.archived_by) == (ACTIVE, None, "")
    assert _verbs(venue) == ["venues.add_venue", "venues.archive_venue", "venues.restore_venue"]


@pytest.mark.parametrize("verb", ["archive_venue", "restore_venue"])
def test_twice_is_told_kindly_and_changes_nothing(ash: Organisation, coordinator: Client, verb: str) -> None:
    venue = _venue(ash)
    coordinator.post(_url("archive_venue", venue))
    if verb == "restore_venue":
        coordinator.post(_url(verb, venue))
    before = _verbs(venue)
    page = coordinator.post(_url(verb, venue), follow=True).content.decode()
    assert ("This has changed since you opened the page" in page, _verbs(venue)) == (True, before)


@pytest.mark.parametrize("verb", ["archive_venue", "restore_venue"])
def test_get_only_asks(ash: Organisation, coordinator: Client, verb: str) -> None:
    venue = _venue(ash)
    response = coordinator.get(_url(verb, venue))
    assert (
        response.status_code,
        "<bdi>" in response.content.decode() or "Mill House" in response.content.decode(),
    ) == (
        200,
        True,
    )
    assert _verbs(venue) == ["venues.add_venue"]


def test_wrong_move_is_refused_by_the_action(ash: Organisation) -> None:
    venue = _venue(ash)
    by = factories.member(factories.coordinator(ash))
    with pytest.raises(Refused):
        places.restore_venue(venue_id=venue.pk, by=by, now=factories.START)


# who ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [factories.supporter, factories.supervisor])
@pytest.mark.parametrize("verb", ["edit_venue", "archive_venue", "restore_venue", "add_room"])
def test_others_look_and_do_not_touch(ash: Organisation, role: type, verb: str) -> None:
    venue = _venue(ash)
    client = factories.signed_in(role(ash))
    page = client.get(_url("venue", venue)).content.decode()
    assert ("Mill House" in page, _url(verb, venue) in page) == (True, False)
    assert client.post(_url(verb, venue), {**FIELDS, "revision": 0}).status_code == 403
    assert _verbs(venue) == ["venues.add_venue"]


def test_anothers_place_is_not_there(ash: Organisation, elm: Organisation, coordinator: Client) -> None:
    from lib import wall

    with wall.inside(elm.pk):
        venue = _venue(elm)
    for verb in ("venue", "edit_venue", "archive_venue", "restore_venue", "add_room"):
        assert coordinator.post(_url(verb, venue), FIELDS).status_code in {404, 405}


# lists --------------------------------------------------------------------------------------------------------


def _names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]+><bdi>([^<]+)</bdi>', page)


def test_list_shows_those_in_use_by_name_and_the_others_apart(ash: Organisation, coordinator: Client) -> None:
    _venue(ash, "Willow"), _venue(ash, "Alder")
    gone = _venue(ash, "Gone")
    coordinator.post(_url("archive_venue", gone))
    url = reverse("venues:venue_list", args=["ash"])
    assert _names(coordinator.get(url).content.decode()) == ["Alder", "Willow"]
    assert _names(coordinator.get(f"{url}?show=archived").content.decode()) == ["Gone"]


def test_list_has_pages(ash: Organisation, coordinator: Client) -> None:
    for number in range(30):
        _venue(ash, f"Place {number:02d}")
    url = reverse("venues:venue_list", args=["ash"])
    first = coordinator.get(url).content.decode()
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = coordinator.get(url + following[1]).content.decode()
    assert (len(_names(first)), len(_names(second))) == (25, 5)
    assert coordinator.get(f"{url}?after=nonsense").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_number_of_queries_is_fixed(ash: Organisation, coordinator: Client, rows: int) -> None:
    venues = [_venue(ash, f"Place {number}") for number in range(rows)]
    for name, expected in (("venue_list", 5), ("venue", 5)):
        url = reverse("venues:venue_list", args=["ash"]) if name == "venue_list" else _url("venue", venues[0])
        with CaptureQueriesContext(connection) as queries:
            assert coordinator.get(url).status_code == 200
        statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(statements) == expected, statements

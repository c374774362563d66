"""What the organisation says of itself, what somebody says of themselves, and how an organisation begins."""

from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from lib import wall
from people import door
from people.models import Invitation, Membership, Organisation, Role
from reminders.models import Message
from reminders.queries import address_of
from tests import factories
from tests.people.asking import beside, says, url, verbs


@pytest.fixture
def client(ash: Organisation) -> Client:
    """A coordinator's browser."""
    return factories.signed_in(factories.coordinator(ash))


def settings_form(numbers: Any = None, **changes: Any) -> dict[str, str]:
    rows = [("Emergency services", "112", "day and night")] if numbers is None else numbers
    form: dict[str, Any] = {
        "name": "Ash Together",
        "zone": "Europe/London",
        "sender_name": "Planner",
        "leave_url": "https://www.bbc.co.uk/weather",
        "revision": 0,
        "numbers-TOTAL_FORMS": 6,
        "numbers-INITIAL_FORMS": 1,
    }
    for index, (name, number, note) in enumerate(rows):
        form |= {
            f"numbers-{index}-name": name,
            f"numbers-{index}-number": number,
            f"numbers-{index}-note": note,
        }
    return {key: str(value) for key, value in (form | changes).items()}


# organisation -----------------------------------------------------------------------------------------------


def test_change_everything(ash: Organisation, client: Client) -> None:
    numbers = [("Line", "+44 (0)20 7946-0000", ""), ("", "", ""), ("112", "112", "always")]
    changes = {
        "name": "Ash 🌳",
        "zone": "Europe/Dublin",
        "sender_name": "Diary",
        "leave_url": "https://example.org/news",
    }
    form = settings_form(numbers, **changes)
    assert [client.post(url("organisation"), form).status_code for _ in range(2)] == [302, 302]
    ash.refresh_from_db()
    assert {key: getattr(ash, key) for key in changes} == changes
    assert ash.help_numbers == [
        {"name": "Line", "number": "+44 (0)20 7946-0000", "note": ""},
        {"name": "112", "number": "112", "note": "always"},
    ]
    assert (ash.revision, verbs(ash.pk)) == (1, ["people.found", "people.edit_organisation"])
    page = client.get(url("organisation")).content.decode()
    assert ('href="tel:+4402079460000"' in page, "<title>Settings</title>" in page) == (True, True)


def test_a_stale_page_keeps_its_words(ash: Organisation, client: Client) -> None:
    client.post(url("organisation"), settings_form(name="Theirs"))
    answer = client.post(url("organisation"), settings_form(name="Mine"))
    assert (answer.status_code, says(answer, "Theirs"), 'value="Mine"' in answer.content.decode()) == (
        422,
        True,
        True,
    )
    newest = answer.context["form"]["revision"].value()
    assert client.post(url("organisation"), settings_form(name="Mine", revision=newest)).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "a\0b"),
        ("zone", "Nowhere"),
        ("sender_name", ""),
        ("sender_name", "Two\nlines"),
        ("leave_url", "http://example.org"),
        ("leave_url", "javascript:alert(1)"),
        ("leave_url", "https://user:pw@example.org"),
        ("leave_url", "https://" + "x" * 200 + ".org"),
        ("revision", "first"),
    ],
)
def test_wrong_settings(ash: Organisation, client: Client, field: str, value: str) -> None:
    answer = client.post(url("organisation"), settings_form(**{"sender_name": "As typed", field: value}))
    assert (answer.status_code, len(beside(answer, field)) >= 1) == (422, True)
    assert Organisation.objects.get().revision == 0


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], "Please keep at least one number: every page shows them."),
        ([("Line", "call me", "")], "This does not look like a phone number."),
        ([("Line", "١١٢", "")], "This does not look like a phone number."),
        ([("Line", "", "")], "Please write the number."),
        ([("", "112", "")], "Whose number is this?"),
        ([("Line", "1" * 31, "")], "Ensure this value has at most 30 characters"),
    ],
)
def test_wrong_numbers(
    ash: Organisation, client: Client, numbers: list[tuple[str, str, str]], words: str
) -> None:
    answer = client.post(url("organisation"), settings_form(numbers))
    assert (answer.status_code, says(answer, words)) == (422, True)
    assert Organisation.objects.get().help_numbers == factories.NUMBERS


def test_a_form_without_its_rows(ash: Organisation, client: Client) -> None:
    form = {key: value for key, value in settings_form().items() if not key.startswith("numbers-")}
    assert client.post(url("organisation"), form).status_code == 422
    assert client.post(url("organisation"), settings_form(**{"numbers-TOTAL_FORMS": "9999"})).status_code in (
        302,
        422,
    )
    assert Organisation.objects.get().help_numbers == factories.NUMBERS


def test_only_coordinators(ash: Organisation) -> None:
    for row in (factories.supporter(ash), factories.supervisor(ash)):
        assert (
            factories.signed_in(row).post(url("organisation"), settings_form(name="Mine")).status_code == 403
        )
    assert Organisation.objects.get().name == "Ash Together"


# profile ----------------------------------------------------------------------------------------------------


def test_a_profile_holds_everywhere(ash: Organisation, elm: Organisation) -> None:
    here = factories.supporter(ash)
    there = factories.membership(elm, Role.SUPERVISOR, person=here.user)
    form = {"preferred_name": "Zoë", "pronouns": "ze/zir", "zone": "Asia/Tokyo"}
    assert factories.signed_in(here).post(reverse("profile"), form).status_code == 302
    here.user.refresh_from_db()
    assert (here.user.preferred_name, here.user.pronouns, here.user.zone) == ("Zoë", "ze/zir", "Asia/Tokyo")
    wall.enter(ash.pk)
    assert verbs(here.pk)[-1] == "people.edit_profile"
    wall.enter(elm.pk)
    assert verbs(there.pk)[-1] == "people.edit_profile"


@pytest.mark.parametrize(
    ("field", "value"),
    [("preferred_name", ""), ("preferred_name", "a\0b"), ("pronouns", "x" * 41), ("zone", "Mars")],
)
def test_wrong_profiles(ash: Organisation, field: str, value: str) -> None:
    row = factories.supporter(ash)
    form = {"preferred_name": "Zoë", "zone": "Asia/Tokyo"} | {field: value}
    answer = factories.signed_in(row).post(reverse("profile"), form)
    assert (answer.status_code, len(beside(answer, field)) >= 1) == (422, True)
    row.user.refresh_from_db()
    assert row.user.zone == "Europe/London"


def test_signed_out_people_have_no_profile(ash: Organisation) -> None:
    assert Client().get(reverse("profile"))["Location"].startswith("/account/login/")


def test_reminders_follow_a_new_address(ash: Organisation, elm: Organisation) -> None:
    here = factories.supporter(ash)
    there = factories.membership(elm, Role.SUPERVISOR, person=here.user)
    EmailAddress.objects.create(user=here.user, email=here.user.email, verified=True, primary=True)
    EmailAddress.objects.create(user=here.user, email="new@example.org", verified=True)
    form = {"email": "new@example.org", "action_primary": ""}
    assert factories.signed_in(here).post(reverse("account_email"), form).status_code == 302
    for organisation, row in ((ash, here), (elm, there)):
        with wall.inside(organisation.pk):
            assert address_of(row.pk, row.data_key) == "new@example.org"
            assert verbs(row.pk)[-1] == "people.change_email"


# create_organisation ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_found_an_organisation() -> None:
    out = StringIO()
    call_command(
        "create_organisation",
        "Oak Circle",
        "oak",
        "first@example.org",
        zone="Europe/Paris",
        number=["Emergency|112|day and night"],
        stdout=out,
    )
    wall.enter(door.organisation_ids()[0])
    organisation, row = Organisation.objects.get(), Invitation.objects.get()
    assert (organisation.name, organisation.slug, organisation.zone) == ("Oak Circle", "oak", "Europe/Paris")
    assert (row.email, row.role, row.sent_by) == ("first@example.org", "coordinator", "operator")
    assert (Message.objects.count(), Membership.objects.count()) == (1, 0)
    path = out.getvalue().strip().rpartition(":8000")[2]
    assert Client().get(path)["Location"] == f"{path}join/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"slug": "not a slug"}, "valid"),
        ({"slug": "x" * 41}, "at most 40"),
        ({"name": " "}, "the name 1 to 120"),
        ({"coordinator": "nobody"}, "valid"),
        ({"zone": "Mars"}, "time zone"),
        ({"number": ["112"]}, "NAME"),
        ({"number": ["Line|call me|"]}, "NAME"),
    ],
)
def test_no_half_an_organisation(changes: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {
        "name": "Oak",
        "slug": "oak",
        "coordinator": "first@example.org",
        "zone": "Europe/Paris",
        "number": ["Emergency|112|"],
    } | changes
    with pytest.raises(CommandError, match=words):
        call_command(
            "create_organisation",
            given["name"],
            given["slug"],
            given["coordinator"],
            zone=given["zone"],
            number=given["number"],
        )
    assert door.organisation_ids() == []


def test_a_taken_slug(ash: Organisation) -> None:
    with pytest.raises(CommandError, match="already"):
        call_command("create_organisation", "Ash", "ash", "first@example.org", number=["Emergency|112|"])
    assert door.organisation_ids() == [ash.pk]


@pytest.mark.parametrize(
    "bad", ["Dia\u2028ry", "Dia\u2029ry", "\u202eyraiD", "\u2066Diary", "\u200b", "Dia\x00ry"]
)
def test_a_sender_name_that_no_mail_can_carry_is_refused(ash: Organisation, client: Client, bad: str) -> None:
    answer = client.post(url("organisation"), settings_form(sender_name=bad))
    assert answer.status_code == 422
    ash.refresh_from_db()
    assert (ash.sender_name, ash.revision) == ("Planner", 0)

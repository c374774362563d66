"""Invitations: sent, withdrawn, accepted by somebody new, by somebody with an account, by nobody else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from audit.actions import Operator
from lib.ids import new_id
from lib.refusal import Refused
from lib.tokens import token_for
from people.actions import invitations as actions
from people.models import Invitation, Membership, Organisation, PrivateLink, Role, User
from reminders.models import Message
from reminders.queries import address_of
from tests import factories
from tests.people.asking import beside, follow, says, url, verbs

GOOD = {
    "preferred_name": "Noor",
    "pronouns": "she/her",
    "password": "teapot on the sill",
    "again": "teapot on the sill",
}


@pytest.fixture
def client(ash: Organisation) -> Client:
    """A coordinator's browser."""
    return factories.signed_in(factories.coordinator(ash))


def invite_form(**changes: Any) -> dict[str, str]:
    form = {"once": new_id(), "email": "noor@example.org", "role": "supporter"}
    return {key: str(value) for key, value in (form | changes).items()}


def invited(organisation: Organisation, email: str = "noor@example.org", role: Role = Role.SUPPORTER) -> str:
    """The page that somebody invited opens."""
    by = Operator(organisation.pk)
    row = actions.invite(once=new_id(), email=email, role=role, by=by, now=timezone.now())
    return f"/p/{token_for(row.link_id)}/join/"


def opened(page: str, browser: Client | None = None) -> tuple[Client, Any]:
    """A browser in which Continue has been pressed, and what it shows then."""
    browser = browser or Client()
    answer = browser.post(page)
    assert (answer.status_code, answer["Location"]) == (302, page)
    return browser, browser.get(page)


def with_account(email: str = "noor@example.org") -> User:
    user = factories.user("Noor", email=email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


# invite -----------------------------------------------------------------------------------------------------


def test_invite(ash: Organisation, client: Client) -> None:
    form = invite_form(email=" Noor@Example.org ")
    assert [client.post(url("invite"), form).status_code for _ in range(2)] == [302, 302]
    row = Invitation.objects.select_related("link").get()
    assert (row.email, row.role, row.state) == (
        "noor@example.org",
        "supporter",
        "sent",
    )
    message = Message.objects.get()
    assert (message.kind, message.recipient_id, message.link_id) == ("invitation", row.pk, row.link_id)
    assert row.link.expires_at == row.sent_at + timedelta(days=14)
    assert verbs(row.pk) == ["people.invite"]
    page = client.get(url("team"))
    assert [(one.email, one.state) for one in page.context["invitations"]] == [
        ("noor@example.org", "Waiting")
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "nobody"),
        ("email", "a\0@example.org"),
        ("email", "x" * 250 + "@example.org"),
        ("email", "a@example.org\nBcc: b@example.org"),
        ("role", ""),
        ("role", "king"),
        ("once", "rubbish"),
    ],
)
def test_wrong_invitations(client: Client, field: str, value: str) -> None:
    answer = client.post(url("invite"), invite_form(**{field: value}))
    assert (answer.status_code, len(beside(answer, field)) >= 1) == (422, True)
    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)


def test_who_is_here_or_invited_is_not_invited_again(ash: Organisation, client: Client) -> None:
    here = factories.supporter(ash)
    answer = client.post(url("invite"), invite_form(email=here.user.email.upper()))
    assert beside(answer, "email") == ["This person belongs to your organisation already."]
    client.post(url("invite"), invite_form())
    answer = client.post(url("invite"), invite_form())
    assert beside(answer, "email") == [
        "This person has an invitation already. Withdraw it first to send another."
    ]
    assert Invitation.objects.count() == 1


def test_an_account_elsewhere_is_not_told(ash: Organisation, elm: Organisation, client: Client) -> None:
    elsewhere = factories.supporter(elm)
    answers = [
        client.post(url("invite"), invite_form(email=email))
        for email in (elsewhere.user.email, "new@example.org")
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    states = [(one.state, one.tone) for one in client.get(url("team")).context["invitations"]]
    assert states == [("Waiting", "wait"), ("Waiting", "wait")]


def test_one_that_ran_out_can_be_sent_anew(ash: Organisation, now: datetime) -> None:
    by = Operator(ash.pk)
    first = actions.invite(once=new_id(), email="noor@example.org", role=Role.SUPPORTER, by=by, now=now)
    later = now + timedelta(days=15)
    second = actions.invite(once=new_id(), email="noor@example.org", role=Role.SUPERVISOR, by=by, now=later)
    first.refresh_from_db()
    assert (first.state, second.state) == ("withdrawn", "sent")


def test_only_coordinators_invite(ash: Organisation) -> None:
    for row in (factories.supporter(ash), factories.supervisor(ash)):
        assert factories.signed_in(row).post(url("invite"), invite_form()).status_code == 403
    assert Invitation.objects.count() == 0


# withdraw ---------------------------------------------------------------------------------------------------


def test_withdraw(ash: Organisation, elm: Organisation, client: Client) -> None:
    page = invited(ash)
    row = Invitation.objects.get()
    assert client.get(url("withdraw_invitation", row.pk)).status_code == 405
    assert says(follow(client, client.post(url("withdraw_invitation", row.pk))), "does not work any more.")
    assert says(follow(client, client.post(url("withdraw_invitation", row.pk))), "This has changed")
    assert Client().get(page).status_code == 404
    assert verbs(row.pk) == ["people.invite", "people.withdraw_invitation"]


# accept -----------------------------------------------------------------------------------------------------


def test_the_short_address_leads_on(ash: Organisation) -> None:
    page = invited(ash)
    answer = Client().get(page.removesuffix("join/"))
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert Client().get("/p/nothing/").status_code == 404


def test_nothing_shows_before_continue(ash: Organisation) -> None:
    page = invited(ash)
    cover = Client().get(page).content.decode()
    assert [word for word in ("Ash", "noor", "supporter", "invit") if word in cover] == []
    assert PrivateLink.objects.get().opened_at is None
    _browser, answer = opened(page)
    assert says(answer, "Ash Together invites you")
    assert PrivateLink.objects.get().opened_at is not None


def test_somebody_new_joins_and_is_signed_in(ash: Organisation) -> None:
    page = invited(ash)
    browser, _answer = opened(page)
    answer = browser.post(page, GOOD)
    assert (answer.status_code, answer["Location"]) == (302, "/o/ash/")
    user, row = User.objects.get(), Membership.objects.get()
    assert (user.email, user.preferred_name, user.pronouns, user.zone) == (
        "noor@example.org",
        "Noor",
        "she/her",
        "Europe/London",
    )
    assert (row.user_id, row.role, row.ends_at) == (user.pk, "supporter", None)
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).count() == 1
    assert address_of(row.pk, row.data_key) == "noor@example.org"
    assert browser.get("/o/ash/").status_code == 200
    assert UserSession.objects.filter(user=user).count() == 1
    assert verbs(Invitation.objects.get().pk) == ["people.invite", "people.open_invitation", "people.accept"]
    assert browser.session["account_authentication_methods"][0]["method"] == "password"


def test_the_form_twice_makes_one_person(ash: Organisation) -> None:
    page = invited(ash)
    browser, _answer = opened(page)
    other, _answer = opened(page)
    browser.post(page, GOOD)
    again = other.post(page, GOOD)
    assert (again.status_code, says(again, "This invitation has been used")) == (200, True)
    assert (User.objects.count(), Membership.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("preferred_name", {"preferred_name": ""}),
        ("preferred_name", {"preferred_name": "x" * 81}),
        ("preferred_name", {"preferred_name": "a\0b"}),
        ("password", {"password": "", "again": ""}),
        ("password", {"password": "short", "again": "short"}),
        ("password", {"password": "1234567890123", "again": "1234567890123"}),
        ("password", {"password": "noor@example.org", "again": "noor@example.org"}),
        ("again", {"again": "something else here"}),
    ],
)
def test_wrong_words(ash: Organisation, field: str, changes: dict[str, str]) -> None:
    page = invited(ash)
    browser, _answer = opened(page)
    answer = browser.post(page, GOOD | changes)
    assert (answer.status_code, len(beside(answer, field)) >= 1) == (422, True)
    assert "she/her" in answer.content.decode()
    assert (User.objects.count(), Membership.objects.count()) == (0, 0)


def test_an_account_signs_in_first_then_joins(ash: Organisation, elm: Organisation) -> None:
    user = with_account()
    factories.membership(elm, Role.SUPERVISOR, person=user)
    page = invited(ash)
    browser, answer = opened(page)
    assert f"/account/login/?next={page}" in answer.content.decode()
    assert browser.post(page, GOOD).status_code == 200
    assert Membership.objects.count() == 0
    browser, answer = opened(page, signed_in(user))
    assert says(answer, "Ash Together invites you")
    answer = browser.post(page)
    assert (answer.status_code, answer["Location"]) == (302, "/o/ash/")
    assert [one.status_code for one in (browser.get("/o/ash/"), browser.get("/o/elm/"))] == [200, 200]
    choice = browser.get("/")
    assert [one.name for one in choice.context["choices"]] == ["Ash Together", "Elm Together"]


def test_somebody_else_is_told_kindly(ash: Organisation) -> None:
    browser, answer = opened(invited(ash), signed_in(with_account("else@example.org")))
    assert says(answer, "the invitation went to a different e-mail address")
    assert "noor@example.org" not in answer.content.decode()
    assert browser.post(invited_page(), {}).status_code == 200
    assert Membership.objects.count() == 0


def invited_page() -> str:
    return f"/p/{token_for(Invitation.objects.get().link_id)}/join/"


def test_an_unproven_address_does_not_count(ash: Organisation) -> None:
    user = with_account("else@example.org")
    EmailAddress.objects.create(user=user, email="noor@example.org", verified=False)
    _browser, answer = opened(invited(ash), signed_in(user))
    assert says(answer, "the invitation went to a different e-mail address")
    row = Invitation.objects.get()
    with pytest.raises(Refused, match="another e-mail address"):
        actions.accept(invitation_id=row.pk, user=user, by=Operator(ash.pk), now=row.sent_at)


def test_one_who_belongs_here_already(ash: Organisation) -> None:
    user = with_account()
    page = invited(ash)
    factories.membership(ash, Role.SUPPORTER, person=user)
    browser, _answer = opened(page, signed_in(user))
    answer = browser.post(page)
    assert (answer.status_code, says(answer, "belongs to your organisation already")) == (422, True)
    assert Invitation.objects.get().state == "sent"


def test_a_link_that_ran_out_is_not_there(ash: Organisation, now: datetime) -> None:
    by = Operator(ash.pk)
    row = actions.invite(
        once=new_id(), email="noor@example.org", role=Role.SUPPORTER, by=by, now=now - timedelta(days=400)
    )
    assert Client().get(f"/p/{token_for(row.link_id)}/join/").status_code == 404


def test_another_purpose_is_not_there(ash: Organisation) -> None:
    page = invited(ash)
    assert Client().get(page.replace("join", "session")).status_code == 404

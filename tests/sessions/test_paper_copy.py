"""What was signed on paper: a picture is optional, made anew, sealed, added once, and seen by the two alone."""

import io
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.pictures import MOST_BYTES
from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_bytes
from people.models import Organisation
from sessions.actions import agreeing, paper
from sessions.models import AgreementAnswer, PaperCopy
from sessions.queries.looks import looks
from tests import factories, pictures
from tests.sessions import met
from tests.sessions.test_answer import before_both

TODAY = datetime.now(UTC)


def on_paper(ash: Organisation, how: str = "paper") -> tuple[met.Two, AgreementAnswer]:
    """The peer said yes on paper."""
    two, row = before_both(ash)
    by = factories.member(two.supporter)
    given = agreeing.answer(
        once=new_id(), agreement_id=row.pk, side="peer", said="agrees", how=how, by=by, now=TODAY
    )
    return two, given


def url(two: met.Two, given: AgreementAnswer) -> str:
    return two.url("agreements", given.agreement_id, "answers", given.pk, "paper")


def sent(content: bytes | None = None, name: str = "IMG_0001.jpg") -> dict[str, object]:
    """What the form sends."""
    picture = SimpleUploadedFile(name, pictures.photo() if content is None else content, "image/jpeg")
    return {"once": str(new_id()), "picture": picture}


def added(two: met.Two, given: AgreementAnswer) -> PaperCopy:
    return paper.add_paper_copy(
        once=new_id(),
        answer_id=given.pk,
        picture=pictures.photo(),
        by=factories.member(two.supporter),
        now=TODAY,
    )


def test_a_picture_is_added_and_seen(ash: Organisation) -> None:
    two, given = on_paper(ash)
    client = factories.signed_in(two.supporter)
    text = two.url("agreements", given.agreement_id)
    assert url(two, given) in client.get(text).content.decode()
    assert "nothing is missing without one" in client.get(url(two, given)).content.decode()
    answer = client.post(url(two, given), sent())
    assert (answer.status_code, answer["Location"]) == (302, text)
    copy = PaperCopy.objects.get()
    event = Event.objects.get(verb="sessions.add_paper_copy")
    assert (event.object_id, event.detail) == (str(copy.pk), {"agreement": str(given.agreement_id)})
    page = two.url("agreements", given.agreement_id, "paper", copy.pk)
    assert page in client.get(text).content.decode()
    assert f"{page}picture/" in client.get(page).content.decode()
    looked = Event.objects.filter(verb="sessions.look", object_id=str(copy.pk))
    assert not looked.exists()
    picture = client.get(f"{page}picture/")
    assert picture["Content-Type"] == "image/jpeg"
    assert "no-store" in picture["Cache-Control"]
    assert picture["Content-Disposition"] == 'inline; filename="picture.jpg"'
    assert Image.open(io.BytesIO(picture.content)).size == (60, 40)
    assert looked.count() == 1
    assert [line.what for line in looks(two.pairing) if "picture" in line.what] == [
        "the picture of what you signed"
    ]


def test_it_is_sealed_without_what_came_beside_it(ash: Organisation) -> None:
    two, given = on_paper(ash)
    copy = added(two, given)
    copy.refresh_from_db()
    assert b"JFIF" not in bytes(copy.content)
    opened = open_bytes(copy, "content", two.peer.data_key)
    assert opened[:2] == b"\xff\xd8"
    assert pictures.PLACE not in opened
    with pytest.raises(Unreadable):
        open_bytes(copy, "content", two.supporter.data_key)


def test_it_is_never_changed(ash: Organisation) -> None:
    two, given = on_paper(ash)
    added(two, given)
    for change in (lambda: PaperCopy.objects.update(content=b"x"), PaperCopy.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_same_form_twice(ash: Organisation) -> None:
    two, given = on_paper(ash)
    client, once = factories.signed_in(two.supporter), str(new_id())
    assert {client.post(url(two, given), sent() | {"once": once}).status_code for _ in range(2)} == {302}
    assert PaperCopy.objects.count() == 1


def test_four_are_enough(ash: Organisation) -> None:
    two, given = on_paper(ash)
    for _ in range(4):
        added(two, given)
    answer = factories.signed_in(two.supporter).post(url(two, given), sent())
    assert answer.status_code == 422
    assert "four pictures already" in answer.context["form"].errors["picture"][0]
    assert PaperCopy.objects.count() == 4


def test_only_of_what_was_said_on_paper(ash: Organisation) -> None:
    two, given = on_paper(ash, how="in_person")
    with pytest.raises(Refused, match="not given on paper"):
        added(two, given)
    assert factories.signed_in(two.supporter).post(url(two, given), sent()).status_code == 422


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "not a picture we can read"),
        (b"<script>alert(1)</script>", "not a picture we can read"),
        (pictures.photo()[:100], "not a picture we can read"),
        (pictures.bomb(), "picture"),
        (pictures.photo() + b"\0" * MOST_BYTES, "10 MB"),
        (pictures.photo() + b"\0" * (MOST_BYTES + 3_000_000), "10 MB"),
    ],
    ids=["empty", "pdf", "script", "broken", "bomb", "heavy", "heavier"],
)
def test_nonsense(ash: Organisation, content: bytes, words: str) -> None:
    two, given = on_paper(ash)
    answer = factories.signed_in(two.supporter).post(url(two, given), sent(content))
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["picture"][0]
    assert PaperCopy.objects.count() == 0


def test_nothing_was_chosen(ash: Organisation) -> None:
    two, given = on_paper(ash)
    client = factories.signed_in(two.supporter)
    for form in ({"once": str(new_id())}, {"once": str(new_id()), "picture": "text"}):
        answer = client.post(url(two, given), form)
        assert "Please choose a picture" in answer.context["form"].errors["picture"][0]
    named = client.post(url(two, given), sent(name="../../\u202egpj.🌱" + "x" * 300))
    assert named.status_code == 302


def test_nobody_else(ash: Organisation, elm: Organisation) -> None:
    two, given = on_paper(ash)
    copy, others = added(two, given), met.introduced(ash)
    page = two.url("agreements", given.agreement_id, "paper", copy.pk)
    refused = {
        two.coordinator: 403,
        factories.supervisor(ash): 403,
        others.supporter: 404,
        factories.supporter(elm): 404,
    }
    for row, status in refused.items():
        wall.enter(ash.pk)
        client = factories.signed_in(row)
        for one in (url(two, given), page, f"{page}picture/"):
            wall.enter(ash.pk)
            assert client.get(one).status_code == status
        wall.enter(ash.pk)
        assert client.post(url(two, given), sent()).status_code == status
    wall.enter(ash.pk)
    mine = factories.signed_in(two.supporter)
    crossed = str(two.pairing.pk), str(others.pairing.pk)
    for one in (url(two, given), page, f"{page}picture/"):
        assert mine.get(one.replace(*crossed)).status_code == 404
    assert {mine.post(one).status_code for one in (page, f"{page}picture/")} == {405}
    assert PaperCopy.objects.count() == 1

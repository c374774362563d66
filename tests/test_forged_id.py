"""A form that brings an id which is taken in another organisation: refused, nothing written, nothing told."""

from django.urls import reverse

from lib import wall
from people.models import Organisation, Peer
from tests import factories


def test_an_id_taken_elsewhere_is_a_bad_request(ash: Organisation, elm: Organisation) -> None:
    theirs = factories.peer(elm, name="Elsewhere")
    client = factories.signed_in(factories.coordinator(ash))
    form = {"once": str(theirs.pk), "name": "Sam", "zone": "Europe/London", "language": "en-gb"}
    answer = client.post(reverse("people:peer_add", args=["ash"]), form)
    assert answer.status_code == 400
    assert b"Elsewhere" not in answer.content
    wall.enter(elm.pk)
    assert Peer.objects.get(pk=theirs.pk).name == "Elsewhere"

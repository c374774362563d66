"""Keys rotated by a real process that is killed, while others read: nothing is unreadable, ever."""

import base64
import os
import subprocess
import sys
import threading
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings

from audit.models import Event
from lib import wall
from lib.sealing import crypto
from lib.sealing.crypto import Unreadable
from lib.sealing.keys import wrapped_counts
from lib.sealing.models import DataKey, new_key
from people.actions.second_factors import wrapping_keys_of
from tests import factories

PEOPLE = 4_000  # twenty batches: so many that no machine is through before a kill arrives
NEW = f"new:{base64.b64encode(b'n' * 32).decode()}"


def _old() -> str:
    return str(os.environ["PEERSAFE_KEYS"])


def _both() -> str:
    return f"{NEW},{_old()}"


def _old_name() -> str:
    return _old().partition(":")[0]


@pytest.fixture
def organisation_id(transactional_db: None) -> UUID:
    """An organisation with PEOPLE data keys, and users with second factors, all wrapped by the old key."""
    with transaction.atomic():
        organisation = factories.organisation("ash")
        with wall.inside(organisation.pk):
            for _ in range(PEOPLE):
                new_key(organisation.pk)
        for _ in range(3):
            factories.user()
    return organisation.pk


def _unreadable(organisation_id: UUID) -> int:
    """How many data keys do not open just now."""
    broken = 0
    with wall.inside(organisation_id):
        for key in DataKey.objects.all():
            try:
                key.open()
            except Unreadable:
                broken += 1
    return broken


def _start() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "rotate_keys"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PEERSAFE_KEYS": _both()},
        stdout=subprocess.PIPE,
        text=True,
    )


def _kill_after(process: subprocess.Popen[str], batches: int) -> None:
    """kill -9 once so many batches are done."""
    assert process.stdout is not None
    for _ in range(batches):
        assert "data keys" in process.stdout.readline()
    process.kill()
    process.wait(timeout=30)
    process.stdout.close()


def test_rotated_under_load_with_two_kills(organisation_id: UUID) -> None:
    found: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            found.append(_unreadable(organisation_id))
        connection.close()

    with override_settings(PEERSAFE_KEYS=_both()):
        reader = threading.Thread(target=read)
        reader.start()
        try:
            for batches in (1, 2):
                _kill_after(_start(), batches)
                assert _unreadable(organisation_id) == 0
            before = wrapped_counts(organisation_id)
            finished = _start()
            said, _ = finished.communicate(timeout=60)
        finally:
            done.set()
            reader.join(timeout=30)
        assert 0 < before[_old_name()] < PEOPLE  # the kills came in the middle
        assert (finished.returncode, set(found)) == (0, {0})
        assert wrapped_counts(organisation_id) == {"new": PEOPLE}
    assert f"key {_old_name()} holds 0: may be taken out" in said
    with override_settings(PEERSAFE_KEYS=NEW):  # and so it was
        assert _unreadable(organisation_id) == 0
        assert [_seed(row) for row in Authenticator.objects.all()] == ["JBSWY3DPEHPK3PXP"] * 3


def _seed(row: Authenticator) -> Any:
    return get_adapter().decrypt(row.data["secret"])


def test_each_batch_leaves_its_mark_in_the_trail(organisation_id: UUID) -> None:
    with override_settings(PEERSAFE_KEYS=_both()):
        call_command("rotate_keys")
    with wall.inside(organisation_id):
        events = Event.objects.filter(verb="sealing.rotate_keys")
        assert sum(event.detail["count"] for event in events) == PEOPLE


def test_recovery_codes_and_passkeys(organisation_id: UUID) -> None:
    """Both shapes of recovery codes are wrapped anew; a passkey's public key is left as it is."""
    person = factories.user()
    encrypt = get_adapter().encrypt
    kinds = Authenticator.Type
    codes = Authenticator.objects.create(
        user=person,
        type=kinds.RECOVERY_CODES,
        data={"migrated_codes": [encrypt("one"), encrypt("two")], "used_mask": 1},
    )
    passkey = Authenticator.objects.create(user=person, type=kinds.WEBAUTHN, data={"credential": {"id": "x"}})
    with override_settings(PEERSAFE_KEYS=_both()):
        call_command("rotate_keys")
        codes.refresh_from_db()
        passkey.refresh_from_db()
    with override_settings(PEERSAFE_KEYS=NEW):
        assert [get_adapter().decrypt(code) for code in codes.data["migrated_codes"]] == ["one", "two"]
    assert (codes.data["used_mask"], passkey.data, wrapping_keys_of(passkey)) == (
        1,
        {"credential": {"id": "x"}},
        set(),
    )


def test_key_that_is_not_in_the_ring_is_named_and_holds_nothing_up(organisation_id: UUID) -> None:
    lost = f"lost:{base64.b64encode(b'l' * 32).decode()}"
    with override_settings(PEERSAFE_KEYS=f"{lost},{_old()}"), wall.inside(organisation_id):
        new_key(organisation_id)
    with override_settings(PEERSAFE_KEYS=_both()):
        with pytest.raises(CommandError, match="not in PEERSAFE_KEYS: lost"):
            call_command("rotate_keys")
        assert wrapped_counts(organisation_id) == {"new": PEOPLE, "lost": 1}


def test_new_seed_and_new_key_take_the_first_of_the_ring(organisation_id: UUID) -> None:
    with override_settings(PEERSAFE_KEYS=_both()), wall.inside(organisation_id):
        assert new_key(organisation_id).wrapped_by == "new"
        assert crypto.key_id_of(bytes.fromhex(get_adapter().encrypt("seed"))) == "new"

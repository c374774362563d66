"""The words of the signals: a count, and the newest day. No score, and nobody is compared."""

from collections.abc import Callable, Mapping

from django.utils.translation import ngettext

from sessions.models import Party

BEYOND, OUTSIDE, RAN_OVER, TOO_MANY, CALLED_OFF = "beyond", "outside", "ran_over", "too_many", "called_off"
NOT_THERE, TOO_OFTEN = "not_there", "too_often"
KINDS = (BEYOND, OUTSIDE, RAN_OVER, TOO_MANY, CALLED_OFF, NOT_THERE, TOO_OFTEN)


def _beyond(count: int, most: int) -> str:
    return ngettext(
        "%(count)s session more than the %(most)s you agreed on, the last booked on %(day)s.",
        "%(count)s sessions more than the %(most)s you agreed on, the last booked on %(day)s.",
        count,
    )


def _outside(count: int, most: int) -> str:
    return ngettext(
        "%(count)s session outside the supporter’s own hours in the last 90 days, on %(day)s.",
        "%(count)s sessions outside the supporter’s own hours in the last 90 days, the last on %(day)s.",
        count,
    )


def _ran_over(count: int, most: int) -> str:
    return ngettext(
        "%(count)s session in the last 90 days ran %(most)s minutes over the agreed time, on %(day)s.",
        "%(count)s sessions in the last 90 days ran over the agreed time, by up to %(most)s minutes, "
        "the last on %(day)s.",
        count,
    )


def _too_many(count: int, most: int) -> str:
    return ngettext(
        "%(count)s person at a time, where %(most)s is set as the most; the last one came on %(day)s.",
        "%(count)s people at a time, where %(most)s is set as the most; the last one came on %(day)s.",
        count,
    )


def _by_peer(count: int, most: int) -> str:
    return ngettext(
        "Called off once by the peer in the last 90 days, on %(day)s.",
        "Called off %(count)s times by the peer in the last 90 days, the last time on %(day)s.",
        count,
    )


def _by_supporter(count: int, most: int) -> str:
    return ngettext(
        "Called off once by the supporter in the last 90 days, on %(day)s.",
        "Called off %(count)s times by the supporter in the last 90 days, the last time on %(day)s.",
        count,
    )


def _peer_not_there(count: int, most: int) -> str:
    return ngettext(
        "The peer could not be there once in the last 90 days, on %(day)s.",
        "The peer could not be there %(count)s times in the last 90 days, the last time on %(day)s.",
        count,
    )


def _supporter_not_there(count: int, most: int) -> str:
    return ngettext(
        "The supporter could not be there once in the last 90 days, on %(day)s.",
        "The supporter could not be there %(count)s times in the last 90 days, the last time on %(day)s.",
        count,
    )


def _too_often(count: int, most: int) -> str:
    return ngettext(
        "%(count)s session, lately or to come, sooner after the one before than you agreed on, "
        "since %(day)s.",
        "%(count)s sessions, lately or to come, sooner after the one before than you agreed on, "
        "the newest since %(day)s.",
        count,
    )


WORDS: Mapping[str, Callable[[int, int], str]] = {
    BEYOND: _beyond,
    OUTSIDE: _outside,
    RAN_OVER: _ran_over,
    TOO_MANY: _too_many,
    f"{CALLED_OFF}:{Party.PEER.value}": _by_peer,
    f"{CALLED_OFF}:{Party.SUPPORTER.value}": _by_supporter,
    f"{NOT_THERE}:{Party.PEER.value}": _peer_not_there,
    f"{NOT_THERE}:{Party.SUPPORTER.value}": _supporter_not_there,
    TOO_OFTEN: _too_often,
}

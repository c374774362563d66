"""The words for what the trail keeps: each verb that is recorded, each kind of row. tests/audit holds it complete."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, Promise] = {
    # people
    "people.found": _("Founded the organisation"),
    "people.edit_organisation": _("Changed the organisation’s details"),
    "people.begin_membership": _("Let somebody in"),
    "people.end_membership": _("Ended a membership"),
    "people.set_room": _("Changed how many people a supporter can support"),
    "people.begin_supervision": _("Brought a supervisor and a supporter together"),
    "people.end_supervision": _("Ended a supervision"),
    "people.add_peer": _("Added a person"),
    "people.edit_peer": _("Changed a person’s details"),
    "people.archive_peer": _("Put a person’s record away"),
    "people.restore_peer": _("Took a person’s record out again"),
    "people.add_group": _("Added a group"),
    "people.edit_group": _("Changed a group’s details"),
    "people.archive_group": _("Put a group away"),
    "people.restore_group": _("Took a group out again"),
    "people.join": _("Added somebody to a group"),
    "people.leave": _("Took somebody out of a group"),
    "people.begin_facilitating": _("Made somebody a facilitator"),
    "people.end_facilitating": _("Ended somebody’s facilitating"),
    "people.invite": _("Invited somebody"),
    "people.withdraw_invitation": _("Took an invitation back"),
    "people.open_invitation": _("Opened an invitation"),
    "people.accept": _("Accepted an invitation"),
    "people.edit_profile": _("Changed their own details"),
    "people.change_email": _("Changed the address they sign in with"),
    # reminders
    "reminders.set_address": _("Changed where messages go"),
    "reminders.accept": _("Sent a message"),
    "reminders.fail": _("Could not deliver a message"),
    "reminders.give_up": _("Gave up delivering a message"),
    # sessions
    "sessions.open_link": _("Opened a private link"),
    "sessions.pair": _("Introduced a person to a supporter"),
    "sessions.end": _("Ended a pairing"),
    "sessions.save_sheet": _("Wrote on a boundary sheet"),
    "sessions.share_sheet": _("Shared a boundary sheet with the other side"),
    "sessions.draft": _("Wrote on the plan for an agreement"),
    "sessions.agree": _("Made an agreement"),
    "sessions.withdraw": _("Noted that an agreement no longer holds, or put a draft aside"),
    "sessions.look": _("Read what is confidential"),
    "sessions.book": _("Booked a session"),
    "sessions.confirm": _("Confirmed a session"),
    "sessions.cancel": _("Called a session off"),
    "sessions.miss": _("Noted that a session did not take place"),
    "sessions.log": _("Wrote a session’s log"),
    # venues
    "venues.add_venue": _("Added a place"),
    "venues.edit_venue": _("Changed a place’s details"),
    "venues.archive_venue": _("Put a place away"),
    "venues.restore_venue": _("Took a place out again"),
    "venues.add_room": _("Added a room"),
    "venues.close_room": _("Closed a room"),
    # keys
    "sealing.drop_key": _("Made a person’s sealed texts unreadable for ever"),
    "sealing.rotate_keys": _("Changed the key that guards all other keys"),
}

KINDS: dict[str, Promise] = {
    "people.organisation": _("organisation"),
    "people.membership": _("member"),
    "people.supervision": _("supervision"),
    "people.peer": _("person"),
    "people.group": _("group"),
    "people.groupmember": _("place in a group"),
    "people.facilitator": _("facilitator"),
    "people.privatelink": _("private link"),
    "people.invitation": _("invitation"),
    "peer_sessions.pairing": _("pairing"),
    "peer_sessions.boundarysheet": _("boundary sheet"),
    "peer_sessions.agreement": _("agreement"),
    "peer_sessions.peersession": _("session"),
    "peer_sessions.sessionlog": _("session log"),
    "reminders.channelpreference": _("address"),
    "reminders.message": _("message"),
    "people.user": _("account"),
    "venues.venue": _("place"),
    "venues.room": _("room"),
    "sealing.datakey": _("data key"),
    "sealing.wrappingkey": _("key"),
}


def act_words(verb: str) -> str:
    """What was done. A verb without words is shown as it is, rather than hidden."""
    return str(ACTS.get(verb, verb))


def kind_words(kind: str) -> str:
    """What kind of row it was done to."""
    return str(KINDS.get(kind, kind))

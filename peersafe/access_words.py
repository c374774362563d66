"""The words of the page that says who may do what: one line for each address (complete: tests/test_access.py)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.access import Relation

ROOMS: dict[str, Promise] = {
    "": _("The house itself"),
    "people": _("People, groups and the team"),
    "sessions": _("Pairings, agreements and sessions"),
    "venues": _("Places"),
}

REACH: dict[Relation, Promise] = {
    Relation.ORGANISATION: _("Yes, everywhere here"),
    Relation.OWN: _("Only their own"),
    Relation.MY_PAIRING: _("Only the people they support"),
    Relation.MY_GROUP: _("Only their own groups"),
    Relation.SUPERVISEES: _("Only for the supporters they supervise"),
}

ACTS: dict[str, Promise] = {
    "home": _("See their own first page"),
    "trail": _("Read who did what kind of thing, and when"),
    "who_may": _("Read this page"),
    # people
    "people:peer_list": _("See the list of people who are supported"),
    "people:peer": _("See one person’s page"),
    "people:peer_add": _("Add a person"),
    "people:edit_peer": _("Change a person’s details"),
    "people:archive_peer": _("Put a person’s record away"),
    "people:restore_peer": _("Take a person’s record out again"),
    "people:group_list": _("See the list of groups"),
    "people:group": _("See one group’s page"),
    "people:add_group": _("Add a group"),
    "people:edit_group": _("Change a group’s details"),
    "people:archive_group": _("Put a group away"),
    "people:restore_group": _("Take a group out again"),
    "people:join": _("Add somebody to a group"),
    "people:leave": _("Take somebody out of a group"),
    "people:begin_facilitating": _("Make somebody a facilitator"),
    "people:end_facilitating": _("End somebody’s facilitating"),
    "people:team": _("See who works here"),
    "people:member": _("See a team member’s page"),
    "people:set_room": _("Say how many people a supporter can support"),
    "sessions:end_membership": _("End somebody’s membership"),
    "people:begin_supervision": _("Bring a supervisor and a supporter together"),
    "people:end_supervision": _("End a supervision"),
    "people:invite": _("Invite somebody to the team"),
    "people:withdraw_invitation": _("Take an invitation back"),
    "people:organisation": _("Change what the organisation says of itself, and its urgent numbers"),
    "join:accept": _("Accept an invitation"),
    # sessions
    "sessions:pairing_list": _("See which supporter supports whom"),
    "sessions:pairing": _("See one pairing, and whether an agreement is in force"),
    "sessions:pair": _("Introduce a person to a supporter"),
    "sessions:end": _("End a pairing"),
    "sessions:first_meeting": _("Be led through the first meeting"),
    "sessions:expectations": _("Note what was said about expectations"),
    "sessions:sheet": _("Write a boundary sheet"),
    "sessions:share_sheet": _("Share a boundary sheet with the other side"),
    "sessions:agree": _("Make an agreement"),
    "sessions:agreement": _("Read an agreement"),
    "sessions:withdraw": _("Note that an agreement no longer holds"),
    "sessions:week": _("See the calendar: when, where and who"),
    "sessions:peer_session": _("See when and where a session is"),
    "sessions:book": _("Book a session"),
    "sessions:confirm": _("Confirm a session"),
    "sessions:cancel": _("Call a session off"),
    "sessions:miss": _("Note that a session did not take place"),
    "sessions:log": _("Write a session’s log"),
    "sessions:log_draft": _("Keep a log that is half written"),
    "sessions:session_log": _("Read a session’s log"),
    "link:session": _("See one’s own session"),
    "link:confirm": _("Say that one will be there"),
    "link:cancel": _("Say that one cannot come"),
    # venues
    "venues:venue_list": _("See the list of places"),
    "venues:venue": _("See one place and its rooms"),
    "venues:add_venue": _("Add a place"),
    "venues:edit_venue": _("Change a place’s details"),
    "venues:archive_venue": _("Put a place away"),
    "venues:restore_venue": _("Take a place out again"),
    "venues:add_room": _("Add a room"),
    "venues:close_room": _("Close a room"),
}


def act_words(name: str) -> str:
    """What can be done at an address. One without words is shown by its name, rather than hidden."""
    return str(ACTS.get(name, name))


def room_words(room: str) -> str:
    """What a room of the house is about."""
    return str(ROOMS.get(room, room))


def reach_words(relation: Relation | None) -> str:
    """How far a role reaches; empty: not at all."""
    return str(REACH[relation]) if relation else ""

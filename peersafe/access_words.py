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
    "sessions:ending": _("Prepare how a pairing ends"),
    "sessions:handovers": _("Read what the last supporter wrote for the next one"),
    "sessions:ask_extension": _("Ask for more sessions than were agreed on"),
    "sessions:extension": _("Read a wish for more sessions"),
    "sessions:grant_extension": _("Grant more sessions"),
    "sessions:decline_extension": _("Decline more sessions"),
    "sessions:take_back_extension": _("Take back a wish for more sessions"),
    "sessions:wish_change": _("Note that somebody would like another supporter"),
    "sessions:change_wishes": _("See who would like another supporter"),
    "sessions:answer_change": _("Answer a wish for another supporter"),
    "sessions:signals": _("See signals of distance and closeness"),
    "sessions:first_meeting": _("Be led through the first meeting"),
    "sessions:expectations": _("Note what was said about expectations"),
    "sessions:sheet": _("Write a boundary sheet"),
    "sessions:share_sheet": _("Share a boundary sheet with the other side"),
    "sessions:agree": _("Make an agreement"),
    "sessions:agreement": _("Read an agreement"),
    "sessions:withdraw": _("Note that an agreement no longer holds"),
    "sessions:week": _("See the calendar: when, where and who"),
    "sessions:month": _("See a month of the calendar"),
    "sessions:feed": _("See the private address that their own calendar follows"),
    "sessions:make_feed": _("Make that address, or another one in its place"),
    "sessions:revoke_feed": _("End that address"),
    "calendar:feed_file": _("Read the calendar behind a private address"),
    "sessions:peer_session": _("See when and where a session is"),
    "sessions:book": _("Book a session"),
    "sessions:confirm": _("Confirm a session"),
    "sessions:move": _("Give a session another time or place"),
    "sessions:cancel": _("Call a session off"),
    "sessions:miss": _("Note that a session did not take place"),
    "sessions:settle": _("Note that a session took place, once its pairing has ended"),
    "sessions:needing_a_place": _("See the sessions whose room is closed"),
    "sessions:unsettled": _("See the sessions of which nobody said how they were"),
    "sessions:log": _("Write a session’s log"),
    "sessions:log_draft": _("Keep a log that is half written"),
    "sessions:session_log": _("Read a session’s log"),
    "sessions:prepare": _("Make the space of a session ready"),
    "sessions:space_wishes": _("Note what makes a space good for somebody"),
    "sessions:opening": _("See how to begin a session, and today’s boundaries"),
    "sessions:reflect": _("Think about a session, in private"),
    "sessions:pattern": _("Look back over one’s own reflections"),
    "sessions:ask_debrief": _("Ask for a debrief"),
    "sessions:debrief_list": _("See that somebody asks for a debrief"),
    "sessions:settle_debrief": _("Note that a debrief has taken place"),
    "sessions:goals": _("Read the goals of a person they support"),
    "sessions:goal": _("Read one goal of a person they support"),
    "sessions:set_goal": _("Note a goal together with the person who sets it"),
    "sessions:edit_goal": _("Change what a goal says, together"),
    "sessions:reach_goal": _("Note that a goal is reached"),
    "sessions:put_goal_aside": _("Note that a goal is put aside for now"),
    "sessions:reopen_goal": _("Note that a goal is taken up again"),
    "sessions:add_goal_step": _("Add a step towards a goal"),
    "sessions:tick_goal_step": _("Note that a step is done"),
    "sessions:untick_goal_step": _("Note that a step is not done after all"),
    "sessions:remove_goal_step": _("Take a step away"),
    "sessions:add_goal_entry": _("Note what happened on the way to a goal"),
    "sessions:strengths": _("Read what carries a person they support"),
    "sessions:add_strength": _("Note a strength, or somebody who helps"),
    "sessions:remove_strength": _("Take away a noted strength, or somebody who helps"),
    "sessions:make_own_page": _("Hand a person their own page"),
    "sessions:revoke_own_page": _("Take a person’s own page back"),
    "mine:own_page": _("See what is next, and where to go from there"),
    "mine:goals": _("Read one’s own goals"),
    "mine:goal": _("Read one of one’s goals"),
    "mine:set_goal": _("Set oneself a goal"),
    "mine:edit_goal": _("Change what one’s goal says"),
    "mine:reach_goal": _("Say that one’s goal is reached"),
    "mine:put_goal_aside": _("Put one’s goal aside for now"),
    "mine:reopen_goal": _("Take one’s goal up again"),
    "mine:add_goal_step": _("Add a step towards one’s goal"),
    "mine:tick_goal_step": _("Say that one’s step is done"),
    "mine:untick_goal_step": _("Say that one’s step is not done after all"),
    "mine:remove_goal_step": _("Take away one’s step"),
    "mine:add_goal_entry": _("Note what happened on one’s way"),
    "mine:strengths": _("Read what carries one"),
    "mine:add_strength": _("Note a strength of one’s own, or somebody who helps"),
    "mine:remove_strength": _("Take away one’s own strength, or somebody who helps"),
    "mine:notes": _("Read the notes of one’s sessions that are shown to one"),
    "mine:looks": _("See who looked at what is held about one"),
    "mine:ask_change": _("Ask for another supporter, without a reason"),
    "link:session": _("See one’s own session"),
    "link:confirm": _("Say that one will be there"),
    "link:cancel": _("Say that one cannot come"),
    "link:move": _("Choose another time for one’s own session"),
    "link:nobody_there": _("Say that nobody was there"),
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

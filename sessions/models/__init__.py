"""Pairings, agreements, availability, bookings, meetings, logs, goals, endings."""

from sessions.models.agreements import Agreement, Assent, BoundarySheet, Side
from sessions.models.around import DebriefWish, Preparation, Reflection, SpaceWishes
from sessions.models.availability import Availability, Differs, HoursException, WeeklyHours
from sessions.models.bookings import Hold, Party, PeerSession, Why
from sessions.models.endings import ChangeWish, Ending, Extension
from sessions.models.goals import Goal, GoalEntry, GoalStep, Strength
from sessions.models.logs import Draft, Fit, SessionLog
from sessions.models.meetings import Attended, MeetingNote, MeetingPlace, Temperature
from sessions.models.pairings import Pairing
from sessions.models.series import MeetingSeries
from sessions.models.settings import Setting

__all__ = [
    "Agreement",
    "Assent",
    "Attended",
    "Availability",
    "BoundarySheet",
    "ChangeWish",
    "DebriefWish",
    "Differs",
    "Draft",
    "Ending",
    "Extension",
    "Fit",
    "Goal",
    "GoalEntry",
    "GoalStep",
    "Hold",
    "HoursException",
    "MeetingNote",
    "MeetingPlace",
    "MeetingSeries",
    "Pairing",
    "Party",
    "PeerSession",
    "Preparation",
    "Reflection",
    "SessionLog",
    "Setting",
    "Side",
    "SpaceWishes",
    "Strength",
    "Temperature",
    "WeeklyHours",
    "Why",
]

"""Pairings, agreements, availability, bookings, meetings, logs, goals, endings."""

from sessions.models.agreements import (
    Agreement,
    AgreementAnswer,
    AgreementKept,
    BoundarySheet,
    How,
    LookAgain,
    PaperCopy,
    SaidTo,
    Side,
)
from sessions.models.around import DebriefWish, Preparation, Reflection, SpaceWishes
from sessions.models.availability import Availability, Differs, HoursException, WeeklyHours
from sessions.models.bookings import Hold, Party, PeerSession, Why
from sessions.models.endings import ChangeWish, Ending, Extension
from sessions.models.goals import Goal, GoalEntry, GoalStep, Strength
from sessions.models.item_lists import ItemList
from sessions.models.limits import FloorNote, LimitsSheet
from sessions.models.logs import Draft, Fit, SessionLog
from sessions.models.meetings import Attended, MeetingNote, MeetingPlace, Temperature
from sessions.models.pairings import Pairing
from sessions.models.revisiting import Crossing, FitCheck
from sessions.models.series import MeetingSeries
from sessions.models.settings import Setting

__all__ = [
    "Agreement",
    "AgreementAnswer",
    "AgreementKept",
    "Attended",
    "Availability",
    "BoundarySheet",
    "ChangeWish",
    "Crossing",
    "DebriefWish",
    "Differs",
    "Draft",
    "Ending",
    "Extension",
    "Fit",
    "FitCheck",
    "FloorNote",
    "Goal",
    "GoalEntry",
    "GoalStep",
    "Hold",
    "HoursException",
    "How",
    "ItemList",
    "LimitsSheet",
    "LookAgain",
    "MeetingNote",
    "MeetingPlace",
    "MeetingSeries",
    "Pairing",
    "PaperCopy",
    "Party",
    "PeerSession",
    "Preparation",
    "Reflection",
    "SaidTo",
    "SessionLog",
    "Setting",
    "Side",
    "SpaceWishes",
    "Strength",
    "Temperature",
    "WeeklyHours",
    "Why",
]

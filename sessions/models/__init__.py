"""Pairings, boundary sheets, agreements, bookings, holds and logs."""

from sessions.models.agreements import Agreement, Assent, BoundarySheet, Side
from sessions.models.bookings import Hold, PeerSession, Setting, Why
from sessions.models.logs import Draft, Fit, SessionLog
from sessions.models.pairings import Pairing

__all__ = [
    "Agreement",
    "Assent",
    "BoundarySheet",
    "Draft",
    "Fit",
    "Hold",
    "Pairing",
    "PeerSession",
    "SessionLog",
    "Setting",
    "Side",
    "Why",
]

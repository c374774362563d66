"""Every write of the reminders room."""

from reminders.actions.addresses import follow, set_address
from reminders.actions.due import cancel_for, hand_over_due, schedule, schedule_each, send_now
from reminders.actions.sending import send_batch

__all__ = [
    "cancel_for",
    "follow",
    "hand_over_due",
    "schedule",
    "schedule_each",
    "send_batch",
    "send_now",
    "set_address",
]

"""Every write of the reminders room."""

from reminders.actions.addresses import follow, set_address
from reminders.actions.due import cancel_for, cancel_for_all, hand_over_due, schedule, schedule_each, send_now
from reminders.actions.many import About, new_messages, new_reminders, schedule_all, send_all
from reminders.actions.sending import send_batch

__all__ = [
    "About",
    "cancel_for",
    "cancel_for_all",
    "follow",
    "hand_over_due",
    "new_messages",
    "new_reminders",
    "schedule",
    "schedule_all",
    "schedule_each",
    "send_all",
    "send_batch",
    "send_now",
    "set_address",
]

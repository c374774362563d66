"""Every write of the reminders room."""

from reminders.actions.addresses import set_address
from reminders.actions.due import cancel_for, hand_over_due, schedule, send_now

__all__ = ["cancel_for", "hand_over_due", "schedule", "send_now", "set_address"]

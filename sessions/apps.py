"""App configuration."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Pairings, agreements, bookings and logs."""

    name = "sessions"
    # Django's own app has the label `sessions`: ours must differ before its first migration.
    label = "peer_sessions"

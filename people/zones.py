"""The time zones that people can choose."""

from zoneinfo import available_timezones

ZONES = [
    (name, name.replace("_", " "))
    for name in sorted(available_timezones())
    if name.partition("/")[0]
    in {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
    or name == "UTC"
]

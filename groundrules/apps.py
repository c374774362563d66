"""App configuration."""

from django.apps import AppConfig


class GroundRulesConfig(AppConfig):
    """Rule sets of groups, their frozen versions, answers and reviews."""

    name = "groundrules"

"""What every row of the bench stands on, made when the first row asks for it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property

from django.core.management import call_command

from peersafe.local.places import ROOT, say
from peersafe.local.processes import Household
from tests import processes
from tests.bench import crowd, world
from tests.bench.slices import Target
from tests.processes import Web


@dataclass
class Stage:
    """Two servers with two workers each, ours and the floor's, on one database."""

    household: Household

    @cached_property
    def database(self) -> bool:
        """Migrates, with the floor's tables."""
        say("Making the tables …")
        call_command("migrate", database="owner", verbosity=0)
        command = [sys.executable, "manage.py", "migrate", "floor", "--database", "owner", "--verbosity", "0"]
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
        subprocess.run(command, check=True, cwd=ROOT, env=env)
        return True

    @cached_property
    def places(self) -> dict[int, world.Place]:
        """The organisations, by how many rows they have."""
        assert self.database
        say("Filling them …")
        found = {rows: world.build(slug, rows) for slug, rows in (("elm", world.FEW), ("ash", world.MANY))}
        world.build_floor(found[world.MANY])
        world.settle()
        return found

    @cached_property
    def crowds(self) -> dict[int, world.Place]:
        """Two large organisations, by how many sessions they have: a thousand, and a million."""
        assert self.places
        say("Making a million sessions …")
        found = {
            rows: crowd.build(slug, rows) for slug, rows in (("oak", crowd.THOUSAND), ("yew", crowd.MILLION))
        }
        world.settle()
        return found

    @cached_property
    def ours(self) -> Web:
        """PeerSafe as it runs live."""
        assert self.places
        processes.use_static_files()
        return processes.start_web(self.household)

    @cached_property
    def floors(self) -> Web:
        """The floor's server."""
        assert self.places
        return processes.start_web(self.household, name="floor", settings_module="tests.bench.settings")

    @cached_property
    def floor(self) -> Target:
        """The floor's agenda, as the coordinator of the large organisation."""
        key = self.places[world.MANY].session_key("coordinator")
        return Target(self.floors.url, "/floor/floor/", key, self.floors.pid)

    def page(self, path: str, role: str, rows: int = world.MANY) -> Target:
        """One of our pages, as somebody of this role."""
        return self.at(self.places[rows], path, role)

    def at(self, place: world.Place, path: str, role: str) -> Target:
        """The same in any organisation."""
        return Target(self.ours.url, path, place.session_key(role), self.ours.pid)

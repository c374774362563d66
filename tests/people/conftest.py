"""Pages need the collected static files."""

import pytest

from tests.processes import use_static_files


@pytest.fixture(scope="session", autouse=True)
def _static_files() -> None:
    use_static_files()

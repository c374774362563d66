"""A worker with a task that always fails, and whose error quotes what it was given."""

from django.db import IntegrityError

from peersafe.celery import app


@app.task(name="tests.fail")
def fail(text: str) -> None:
    """As the database would put it."""
    raise IntegrityError(f"duplicate key value\nDETAIL:  Key (email)=({text}) already exists.")

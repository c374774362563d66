"""Migration operations for what the database holds by itself: the wall, frozen rows, append-only tables."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

HERE = "current_setting('app.organisation')::uuid"  # without missing_ok: no context is an error


class _TableOperation(Operation):
    """Something done to one model's table, and undone."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models' own state does not change."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, old: ProjectState, new: ProjectState
    ) -> None:
        """Run the statements that do it."""
        for statement in self.do(new.apps.get_model(app_label, self.model)):
            editor.execute(statement)

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, old: ProjectState, new: ProjectState
    ) -> None:
        """Run the statements that undo it."""
        for statement in self.undo(new.apps.get_model(app_label, self.model)):
            editor.execute(statement)

    def do(self, model: type[models.Model]) -> list[str]:
        """Statements forwards."""
        raise NotImplementedError

    def undo(self, model: type[models.Model]) -> list[str]:
        """Statements backwards."""
        raise NotImplementedError

    def describe(self) -> str:
        """One line for `migrate`."""
        return f"{type(self).__name__} {self.model}"


class Walled(_TableOperation):
    """Row security by organisation, and foreign keys that carry the organisation with them.

    A plain foreign key would accept another organisation's row, for checks of keys bypass row security; the
    composite one cannot. `column` is `id` for the table of organisations itself; `referenced=False` spares the key
    where no other table ever points here.
    """

    def __init__(self, model: str, column: str = "organisation_id", *, referenced: bool = True) -> None:
        super().__init__(model)
        self.column = column
        self.referenced = referenced and column == "organisation_id"

    def do(self, model: type[models.Model]) -> list[str]:
        """Turn it on for owner and app alike, with one policy for every statement."""
        table = model._meta.db_table
        statements = [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY wall ON "{table}" TO peersafe_app '
            f"USING ({self.column} = {HERE}) WITH CHECK ({self.column} = {HERE})",
            # Migrations check new keys and move data of all organisations; the owner never serves a request.
            f'CREATE POLICY migrations ON "{table}" TO peersafe_owner USING (true) WITH CHECK (true)',
        ]
        if self.referenced:
            statements.append(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_wall_key" UNIQUE (organisation_id, id)'
            )
        for column, target in _walled_keys(model):
            statements.append(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_wall" '
                f'FOREIGN KEY (organisation_id, "{column}") REFERENCES "{target}" (organisation_id, id)'
            )
        return statements

    def undo(self, model: type[models.Model]) -> list[str]:
        """Take the keys and the policy away again."""
        table = model._meta.db_table
        statements = [
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_{column}_wall"'
            for column, _ in _walled_keys(model)
        ]
        if self.referenced:
            statements.append(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_wall_key"')
        return [
            *statements,
            f'DROP POLICY migrations ON "{table}"',
            f'DROP POLICY wall ON "{table}"',
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        ]


def _walled_keys(model: type[models.Model]) -> list[tuple[str, str]]:
    """Foreign keys of a model to other walled tables: (column, table)."""
    found = []
    for field in model._meta.local_fields:
        if not isinstance(field, models.ForeignKey):
            continue
        target: Any = field.related_model
        if any(other.column == "organisation_id" for other in target._meta.local_fields):
            found.append((field.column, target._meta.db_table))
    return found


class AppendOnly(_TableOperation):
    """Rows are added, never changed, never taken out: not by the app, not by the owner's plain statements."""

    def do(self, model: type[models.Model]) -> list[str]:
        """Refuse by trigger, and take the rights away."""
        table = model._meta.db_table
        return [
            _refusal(table, "may only be added to"),
            f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{table}_refuse"()',
            f'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "{table}" '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{table}_refuse"()',
            f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM peersafe_app',
        ]

    def undo(self, model: type[models.Model]) -> list[str]:
        """Give the rights back."""
        table = model._meta.db_table
        return [
            f'GRANT UPDATE, DELETE ON "{table}" TO peersafe_app',
            f'DROP TRIGGER append_only_truncate ON "{table}"',
            f'DROP TRIGGER append_only ON "{table}"',
            f'DROP FUNCTION "{table}_refuse"()',
        ]


class Frozen(_TableOperation):
    """Columns that no longer change once `when` is true of the old row; such rows are not deleted either.

    `when` is SQL over OLD and must not be null, e.g. "OLD.state <> 'draft'".
    """

    def __init__(self, model: str, columns: Sequence[str], when: str = "true") -> None:
        super().__init__(model)
        self.columns = tuple(columns)
        self.when = when

    def do(self, model: type[models.Model]) -> list[str]:
        """Refuse by trigger."""
        table = model._meta.db_table
        changed = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in self.columns)
        return [
            _refusal(table, "is frozen"),
            f'CREATE TRIGGER frozen BEFORE UPDATE ON "{table}" FOR EACH ROW '
            f'WHEN (({self.when}) AND ({changed})) EXECUTE FUNCTION "{table}_refuse"()',
            f'CREATE TRIGGER frozen_delete BEFORE DELETE ON "{table}" FOR EACH ROW '
            f'WHEN ({self.when}) EXECUTE FUNCTION "{table}_refuse"()',
            f'CREATE TRIGGER frozen_truncate BEFORE TRUNCATE ON "{table}" '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{table}_refuse"()',
        ]

    def undo(self, model: type[models.Model]) -> list[str]:
        """Let them change again."""
        table = model._meta.db_table
        return [
            f'DROP TRIGGER frozen_truncate ON "{table}"',
            f'DROP TRIGGER frozen_delete ON "{table}"',
            f'DROP TRIGGER frozen ON "{table}"',
            f'DROP FUNCTION "{table}_refuse"()',
        ]


def _refusal(table: str, words: str) -> str:
    return (
        f'CREATE FUNCTION "{table}_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"RAISE EXCEPTION '{table} {words}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )


class WalledKey(_TableOperation):
    """The wall's composite key for a foreign key that came later than the wall around its table."""

    def __init__(self, model: str, column: str) -> None:
        super().__init__(model)
        self.column = column

    def do(self, model: type[models.Model]) -> list[str]:
        """Let the key carry the organisation."""
        table, target = model._meta.db_table, dict(_walled_keys(model))[self.column]
        return [
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{self.column}_wall" '
            f'FOREIGN KEY (organisation_id, "{self.column}") REFERENCES "{target}" (organisation_id, id)'
        ]

    def undo(self, model: type[models.Model]) -> list[str]:
        """Take it away again."""
        table = model._meta.db_table
        return [f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_{self.column}_wall"']


class FrozenAnew(_TableOperation):
    """Other columns than before are held by `Frozen`: the trigger is made anew."""

    def __init__(self, model: str, before: Sequence[str], after: Sequence[str], when: str = "true") -> None:
        super().__init__(model)
        self.before = Frozen(model, before, when)
        self.after = Frozen(model, after, when)

    def do(self, model: type[models.Model]) -> list[str]:
        """Freeze those of now."""
        return [*self.before.undo(model), *self.after.do(model)]

    def undo(self, model: type[models.Model]) -> list[str]:
        """Freeze those of before."""
        return [*self.after.undo(model), *self.before.do(model)]


class FrozenToo(FrozenAnew):
    """Columns that came later join those that `Frozen` holds."""

    def __init__(self, model: str, before: Sequence[str], added: Sequence[str], when: str = "true") -> None:
        super().__init__(model, before, [*before, *added], when)

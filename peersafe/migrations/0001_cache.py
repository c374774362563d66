"""The table of the shared cache, as Django's database cache expects it (ADR 0003)."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.RunSQL(
            [
                'CREATE TABLE "peersafe_cache" ("cache_key" varchar(255) NOT NULL PRIMARY KEY, '
                '"value" text NOT NULL, "expires" timestamptz NOT NULL)',
                'CREATE INDEX "peersafe_cache_expires" ON "peersafe_cache" ("expires")',
            ],
            'DROP TABLE "peersafe_cache"',
        )
    ]

-- Run by the postgres image in its new, empty database: roles.sql with the passwords from the environment.
\getenv owner_password PEERSAFE_OWNER_PASSWORD
\getenv app_password PEERSAFE_APP_PASSWORD
\ir /peersafe-sql/roles.sql

"""The user: one sign-in, whatever organisations the person belongs to."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id


class UserManager(BaseUserManager["User"]):
    """Makes users; there is no superuser here, because an administrator is not a reader."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who signs in by e-mail; without a password nobody can sign in until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in. Roles live in memberships, never here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    preferred_name = models.CharField(_("preferred name"), max_length=80)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    zone = models.CharField(_("time zone"), max_length=50, default="Europe/London")
    language = models.CharField(_("language"), max_length=10, default="en-gb")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["preferred_name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="people_one_user_for_each_email")]

    def get_full_name(self) -> str:
        """What the person wants to be called."""
        return self.preferred_name

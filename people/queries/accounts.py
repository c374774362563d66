"""Whether an address has an account, and whose it is. Told only to whoever has proven that they read its mail."""

from allauth.account.models import EmailAddress

from people.models import User


def has_account(email: str) -> bool:
    """Whether somebody signs in with this address."""
    if User.objects.filter(email=email.lower()).exists():
        return True
    return bool(EmailAddress.objects.filter(email__iexact=email, verified=True).exists())


def owns(user: User, email: str) -> bool:
    """Whether an address is this user's, and proven."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists())

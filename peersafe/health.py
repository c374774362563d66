"""Whether this server answers and reaches its database."""

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from people.access import public


@transaction.non_atomic_requests  # its own transaction could not begin when the database is down
@public("A machine asks it; it says nothing of anybody.")
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when web and database answer, else 503. `instance` tells whose server this is."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": False, "instance": settings.PEERSAFE_INSTANCE}, status=503)
    return JsonResponse({"database": True, "instance": settings.PEERSAFE_INSTANCE})

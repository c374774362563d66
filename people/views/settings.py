"""What the organisation says of itself, and what somebody says of themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from people import policies
from people.access import MemberRequest, members, signed_in
from people.actions.organisations import edit_organisation
from people.actions.users import edit_profile
from people.forms.team import HelpNumbers, OrganisationForm, ProfileForm
from people.models import Organisation, User
from people.views.answers import posted

FACTS = ("name", "zone", "sender_name", "leave_url", "revision")
ABOUT_ME = ("preferred_name", "pronouns", "zone", "language")


def _find(request: MemberRequest) -> Organisation:
    return get_object_or_404(policies.organisations_visible_to(request.member))


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: MemberRequest, slug: str) -> HttpResponse:
    """Name, zone, neutral sender, where leaving leads, and the numbers on every page."""
    found, newest = _find(request), None
    form = OrganisationForm(posted(request), initial={name: getattr(found, name) for name in FACTS})
    numbers = HelpNumbers(posted(request), initial=found.help_numbers, prefix="numbers")
    if request.method == "POST" and form.is_valid() & numbers.is_valid():
        try:
            edit_organisation(
                organisation_id=found.pk,
                revision=form.cleaned_data["revision"],
                changes=form.changes() | {"help_numbers": numbers.numbers()},
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            newest = _find(request)
            form.renew(newest.revision)
            no.tell(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:organisation", slug=slug)
    wrong = bool(form.errors or (numbers.is_bound and not numbers.is_valid()))
    context = {
        "slug": slug,
        "form": form,
        "numbers": numbers,
        "newest": newest,
        "shown": len(found.help_numbers) + 1,
    }
    return render(request, "people/organisation.html", context, status=422 if wrong else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """How you are called, and the zone you read times in; the same in every organisation."""
    user = request.user
    assert isinstance(user, User)
    form = ProfileForm(posted(request), initial={name: getattr(user, name) for name in ABOUT_ME})
    if request.method == "POST" and form.is_valid():
        edit_profile(user_id=user.pk, changes=form.cleaned_data, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("profile")
    return render(request, "people/profile.html", {"form": form}, status=422 if form.errors else 200)

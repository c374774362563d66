"""The floor's pages."""

from django.contrib.auth.decorators import login_required
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from tests.bench.floor.models import Entry, Place

EntryForm = modelform_factory(Entry, fields=["title", "room", "state", "starts_at", "ends_at"])


@login_required
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """The next 25 entries: session, user, place, entries are four queries."""
    place = get_object_or_404(Place, slug=slug, people=request.user)
    entries = Entry.objects.filter(place=place, starts_at__gte=timezone.now()).order_by("starts_at")[:25]
    return render(request, "floor/agenda.html", {"place": place, "entries": entries})


@login_required
def entry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One entry, which every row of the agenda leads to; it can be changed here."""
    row = get_object_or_404(Entry, pk=pk, place__slug=slug, place__people=request.user)
    form = EntryForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("floor:agenda", slug=slug)
    return render(request, "floor/entry.html", {"form": form, "entry": row})


@login_required
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """An ordinary form: one insert, then on to the agenda."""
    place = get_object_or_404(Place, slug=slug, people=request.user)
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.save(commit=False)
        made.place = place
        made.save()
        return redirect("floor:agenda", slug=slug)
    return render(request, "floor/entry.html", {"form": form})

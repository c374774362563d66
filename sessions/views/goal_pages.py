"""Pages about a peer's goals and strengths, the same for their supporter and for the peer on their own page.

`views.goals`, `views.strengths` and `views.own_goals` find out who asks and which rows are theirs; what is shown and
done stands here, once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lib.refusal import Refused
from people.access import LinkHolder, Member
from people.views.answers import posted
from sessions.actions import goal_steps, goals, strengths
from sessions.forms.goals import EditGoalForm, EntryForm, ReachForm, SetGoalForm, StepForm, StrengthForm
from sessions.models import Goal, GoalStep, Pairing, Strength
from sessions.queries import goals as queries
from sessions.queries.strengths import strengths_page


@dataclass(frozen=True)
class Reader:
    """Whoever has a peer's goals before them. Below `goals_url` and `strengths_url` all addresses are alike."""

    by: Member | LinkHolder
    now: datetime
    pairing: Pairing  # with the peer and their key
    goals: QuerySet[Goal]
    strengths: QuerySet[Strength]
    frame: str  # the template that the pages extend
    before: tuple[tuple[str, str], ...]  # what stands before these pages: (label, address)
    goals_url: str
    strengths_url: str

    @property
    def is_peer(self) -> bool:
        """Whether it is the peer, on their own page."""
        return isinstance(self.by, LinkHolder)

    @property
    def today(self) -> date:
        """Today, on their clock."""
        return queries.today_of(self.now)

    def find(self, goal_id: UUID) -> Goal:
        """A goal of this peer that they may see; any other is 404."""
        return get_object_or_404(self.goals, pk=goal_id, peer_id=self.pairing.peer_id)

    def goal_url(self, goal: Goal) -> str:
        """The address of a goal."""
        return f"{self.goals_url}{goal.pk}/"

    def context(self, *here: tuple[str, str], **rest: Any) -> dict[str, Any]:
        """What every page needs; `here` are the last crumbs."""
        crumbs = [{"label": label, "url": url} for label, url in (*self.before, *here)]
        return {"reader": self, "frame": self.frame, "crumbs": crumbs, "peer": self.pairing.peer, **rest}

    def done(self, request: HttpRequest, to: str, words: str = "") -> HttpResponse:
        """Go on to a page. Only members have a sign-in in which the words can wait for it."""
        if words and not self.is_peer:
            messages.success(request, words)
        return redirect(to)


def show_goals(request: HttpRequest, reader: Reader) -> HttpResponse:
    """All goals. That they were read is noted in the same transaction."""
    page = queries.goals_page(reader.goals, reader.pairing.peer, today=reader.today)
    goals.look_goals(peer=reader.pairing.peer, goals=page.opened, by=reader.by, now=reader.now)
    return render(request, "sessions/goals.html", reader.context((_("Goals"), ""), page=page))


def show_goal(
    request: HttpRequest,
    reader: Reader,
    goal: Goal,
    *,
    step: StepForm | None = None,
    entry: EntryForm | None = None,
    refused: str = "",
) -> HttpResponse:
    """One goal, its steps and what happened on the way; with what was typed, where that was refused."""
    page = queries.goal_page(goal, reader.pairing.peer, after=request.GET.get("after"), today=reader.today)
    if page is not None:
        goals.look_goal(goal=goal, by=reader.by, now=reader.now)
    forms = {"step_form": step or StepForm(), "entry_form": entry or EntryForm()}
    here = [(_("Goals"), reader.goals_url), (_("One goal"), "")]
    context = reader.context(*here, page=page, refused=refused, goal_url=reader.goal_url(goal), **forms)
    return render(request, "sessions/goal.html", context, status=422 if step or entry or refused else 200)


def set_goal(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Five short questions, and a name for it."""
    form = SetGoalForm(posted(request), today=reader.today)
    if request.method == "POST" and form.is_valid():
        once, words = form.cleaned_data["once"], form.words()
        made = _tried(form, goals.set_goal, once=once, words=words, **_by(reader))
        if made is not None:
            return reader.done(request, reader.goal_url(made), _("It is noted. Is there a first small step?"))
    here = [(_("Goals"), reader.goals_url), (_("A new goal"), "")]
    context = reader.context(*here, form=form)
    return render(request, "sessions/set_goal.html", context, status=422 if form.errors else 200)


def edit_goal(request: HttpRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """Change what a goal says."""
    page = queries.goal_page(goal, reader.pairing.peer, after=None, today=reader.today)
    if page is None or (request.method == "GET" and not page.is_open):
        return redirect(reader.goal_url(goal))
    initial = {"revision": page.revision, **vars(page.words)}
    form = EditGoalForm(posted(request), initial=initial, today=reader.today)
    saved: queries.GoalPage | None = None
    if request.method == "POST" and form.is_valid():
        revision, words = form.cleaned_data["revision"], form.words()
        changed = _tried(form, goals.edit_goal, revision=revision, words=words, **_ids(reader, goal))
        if changed is not None:
            return reader.done(request, reader.goal_url(goal), _("Saved."))
        if revision != page.revision:
            form.renew(page.revision)
            saved = page
    goals.look_goal(goal=goal, by=reader.by, now=reader.now)
    here = [(_("Goals"), reader.goals_url), (_("One goal"), reader.goal_url(goal)), (_("Change it"), "")]
    context = reader.context(*here, form=form, saved=saved, goal_url=reader.goal_url(goal))
    return render(request, "sessions/edit_goal.html", context, status=422 if form.errors else 200)


def reach_goal(request: HttpRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """A goal is reached: a moment to be glad, and a few words to remember it by."""
    form = ReachForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reached = _tried(form, goals.reach_goal, **form.cleaned_data, **_ids(reader, goal))
        if reached is not None:
            return reader.done(request, reader.goal_url(goal), _("Reached. Well done!"))
    elif not goal.may("reach_goal"):
        return redirect(reader.goal_url(goal))
    return _question(request, reader, goal, "reach_goal", _("Reached"), form)


def put_goal_aside(request: HttpRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """Put a goal aside for now, after a page that says what follows."""
    return _asked(request, reader, goal, goals.put_goal_aside, _("Put it aside"), _("Put aside for now."))


def reopen_goal(request: HttpRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """Take a goal up again, after a page that says what follows."""
    return _asked(request, reader, goal, goals.reopen_goal, _("Take it up again"), _("It is open again."))


def _asked(
    request: HttpRequest, reader: Reader, goal: Goal, act: Callable[..., Goal], label: str, words: str
) -> HttpResponse:
    form = Form(posted(request))
    if request.method == "POST" and form.is_valid():
        if _tried(form, act, **_ids(reader, goal)) is not None:
            return reader.done(request, reader.goal_url(goal), words)
    elif not goal.may(act.__name__):
        return redirect(reader.goal_url(goal))
    return _question(request, reader, goal, act.__name__, label, form)


def _question(
    request: HttpRequest, reader: Reader, goal: Goal, verb: str, label: str, form: Form
) -> HttpResponse:
    page = queries.goal_page(goal, reader.pairing.peer, after=None, today=reader.today)
    if page is None:
        return redirect(reader.goal_url(goal))
    goals.look_goal(goal=goal, by=reader.by, now=reader.now)
    here = [(_("Goals"), reader.goals_url), (_("One goal"), reader.goal_url(goal)), (label, "")]
    context = reader.context(*here, page=page, form=form, goal_url=reader.goal_url(goal))
    return render(request, f"sessions/{verb}.html", context, status=422 if form.errors else 200)


def add_goal_step(request: HttpRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """Add a step."""
    form = StepForm(request.POST)
    if form.is_valid() and _tried(form, goal_steps.add_goal_step, **form.cleaned_data, **_ids(reader, goal)):
        return reader.done(request, f"{reader.goal_url(goal)}#steps")
    return show_goal(request, reader, reader.find(goal.pk), step=form)


def add_goal_entry(request: HttpRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """Note something that happened on the way."""
    form = EntryForm(request.POST)
    if form.is_valid() and _tried(form, goal_steps.add_goal_entry, **form.cleaned_data, **_ids(reader, goal)):
        return reader.done(request, f"{reader.goal_url(goal)}#way")
    return show_goal(request, reader, reader.find(goal.pk), entry=form)


def press_step(
    request: HttpRequest, reader: Reader, goal: Goal, act: Callable[..., GoalStep], goal_step_id: UUID
) -> HttpResponse:
    """One of the buttons beside a step: done, not done again, take it away."""
    step = get_object_or_404(goal.steps, pk=goal_step_id)
    try:
        act(goal_step_id=step.pk, **_ids(reader, goal))
    except Refused as no:
        return show_goal(request, reader, reader.find(goal.pk), refused=no.message)
    return reader.done(request, f"{reader.goal_url(goal)}#steps")


def show_strengths(
    request: HttpRequest, reader: Reader, form: StrengthForm | None = None, refused: str = ""
) -> HttpResponse:
    """Strengths, what does good, and people who help. That they were read is noted in the same transaction."""
    page = strengths_page(reader.strengths, reader.pairing.peer)
    strengths.look_strengths(peer=reader.pairing.peer, strengths=page.opened, by=reader.by, now=reader.now)
    context = reader.context(
        (_("Strengths and helpers"), ""), page=page, form=form or StrengthForm(), refused=refused
    )
    return render(request, "sessions/strengths.html", context, status=422 if form or refused else 200)


def add_strength(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Add one."""
    form = StrengthForm(request.POST)
    if form.is_valid() and _tried(form, strengths.add_strength, **form.cleaned_data, **_by(reader)):
        return reader.done(request, reader.strengths_url, _("Noted."))
    return show_strengths(request, reader, form)


def remove_strength(request: HttpRequest, reader: Reader, strength: Strength) -> HttpResponse:
    """Take one away."""
    try:
        strengths.remove_strength(strength_id=strength.pk, **_by(reader))
    except Refused as no:
        return show_strengths(request, reader, refused=no.message)
    return reader.done(request, reader.strengths_url, _("Taken away."))


def _by(reader: Reader) -> dict[str, Any]:
    return {"pairing_id": reader.pairing.pk, "by": reader.by, "now": reader.now}


def _ids(reader: Reader, goal: Goal) -> dict[str, Any]:
    return {**_by(reader), "goal_id": goal.pk}


def _tried(form: Form, act: Callable[..., Any], **rest: Any) -> Any:
    """What an action gave, or None where it refused; the form then says why, and keeps what was typed."""
    try:
        return act(**rest)
    except Refused as no:
        no.tell(form)
        return None

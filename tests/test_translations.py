"""The check of translations sees what it should see, and no more."""

from pathlib import Path

import pytest

from tests import check_translations as check

GOOD = [
    '{% translate "Hello" %}',
    "<p>{% blocktranslate trimmed with name=x %}Hello {{ name }}{% endblocktranslate %}</p>",
    '<p class="lead">{{ words }} 12:00 – €</p>',
    "<img alt=\"{% translate 'A way' %}\">",
    "{# Notes for whoever reads the template. #}<br>",
    "{% comment %}Words{% endcomment %}",
    '<meta name="robots" content="noindex">',
    "<code>a-quiet-walk</code>",
    "<p>PeerSafe</p>",
    '<{% if x %}a href="{{ x }}"{% else %}b{% endif %} class="btn">{{ x }}</{% if x %}a{% else %}b{% endif %}>',
]
BAD = [
    ("<p>\n  Hello</p>", 2),
    ('<a href="/" title="Go home">{{ x }}</a>', 1),
    ('<button aria-label="Close">×</button>', 1),
    ("<p>{% translate 'Hello' %}\nthere</p>", 2),
    ('<input type="submit" value="Send">', 1),
    ("<p>{% if x %}yes{% else %}{% translate 'no' %}{% endif %}</p>", 1),
]


@pytest.mark.parametrize("text", GOOD)
def test_good_template(text: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(text)
    assert list(check.in_template(path)) == []


@pytest.mark.parametrize(("text", "line"), BAD)
def test_bad_template(text: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(text)
    assert [finding.line for finding in check.in_template(path)] == [line]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('forms.CharField(label=_("Name"))', 0),
        ('forms.CharField(label="Name")', 1),
        ('forms.CharField(error_messages={"required": "Say something"})', 1),
        ('messages.success(request, "It is saved")', 1),
        ('messages.success(request, _("It is saved"))', 0),
        ('messages.success(request, f"{n} are saved")', 1),
        ('raise Refused("It has moved on")', 1),
        ('form.add_error("name", _("Too long"))', 0),
        ('logger.error("It went wrong")', 0),
    ],
)
def test_python(text: str, found: int, tmp_path: Path) -> None:
    path = tmp_path / "views.py"
    path.write_text(text)
    assert len(list(check.in_python(path))) == found

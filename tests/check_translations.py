"""`python -m tests.check_translations`: every visible string can be translated.

Three walks: the text and the spoken attributes of templates stand inside translation tags; strings that Python shows
to people go through gettext; and Babel can read every message, with the same placeholders throughout.
Each finding is `file:line: what`. Ends with 1 when there is one.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "peersafe",
    "safeguarding",
    "sessions",
    "groundrules",
    "venues",
    "people",
    "reminders",
    "audit",
    "lib",
)
# Words that are the same in every language, or no words at all.
SAME_EVERYWHERE = re.compile(r"^(PeerSafe|UTC|E-Mail|QR)$")
SPOKEN = {"title", "aria-label", "aria-description", "placeholder", "alt", "data-label", "label", "content"}
# A <meta content> is read by machines, but for these names.
META_SPOKEN = {"description"}
LETTERS = re.compile(r"[^\W\d_]{2,}")
TEMPLATE_PARTS = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})", re.DOTALL)
BLOCK_OPEN = re.compile(r"{%\s*(blocktranslate|blocktrans|comment|verbatim)\b")
BLOCK_CLOSE = re.compile(r"{%\s*end(blocktranslate|blocktrans|comment|verbatim)\b")
# allauth's e-mail templates and plain-text mails are text from the first to the last character.
PLAIN = {".txt"}
# Keyword arguments whose strings people read, and calls whose first string they read.
READ_KEYWORDS = {
    "label",
    "help_text",
    "verbose_name",
    "empty_label",
    "legend",
    "message",
    "error_messages",
    "help",
}
READ_CALLS = {"success", "error", "warning", "info", "add_error", "Refused", "ValidationError"}
# Commands speak English to whoever runs the server; `local` and `demo` are the same.
ENGLISH = re.compile(r"/(management|local|demo|migrations)/")


@dataclass(frozen=True)
class Finding:
    """Something that cannot be translated."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.what}"


# Templates --------------------------------------------------------------------------------------------------


def blanked(text: str) -> str:
    """A template with everything that is translated, or is no text, put out; lines stay where they are.

    What stands in the middle of a translation block goes; a variable leaves a digit, so that a tag around it stays
    a tag.
    """
    out: list[str] = []
    inside = 0
    for part in TEMPLATE_PARTS.split(text):
        opens, closes = BLOCK_OPEN.match(part), BLOCK_CLOSE.match(part)
        if opens:
            inside += 1
        if inside or part.startswith(("{%", "{#", "{{")):
            names_a_tag = bool(out) and out[-1].endswith(("<", "</"))
            out.append(
                "\n" * part.count("\n") or ("x" if names_a_tag else "0" if part.startswith("{{") else " ")
            )
        else:
            out.append(part)
        if closes:
            inside = max(0, inside - 1)
    return "".join(out)


class Reader(HTMLParser):
    """Collects the visible texts and spoken attributes of a page, with their lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes that are read out or shown."""
        self.silent += tag in {"script", "style", "code"}
        names = dict(attrs)
        for name, value in attrs:
            if (
                name not in SPOKEN
                or not value
                or (name == "content" and names.get("name") not in META_SPOKEN)
            ):
                continue
            self._note(f'{name}="{value}"', value)
        if tag == "input" and names.get("type") in {"submit", "button", "reset"} and names.get("value"):
            self._note(f'value="{names["value"]}"', str(names["value"]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """The same for `<br/>`; it opens nothing."""
        silent = self.silent
        self.handle_starttag(tag, attrs)
        self.silent = silent

    def handle_endtag(self, tag: str) -> None:
        """Leave what is not read."""
        self.silent -= tag in {"script", "style", "code"} and self.silent > 0

    def handle_data(self, data: str) -> None:
        """A text between tags."""
        if not self.silent:
            self._note(" ".join(data.split())[:60], data)

    def _note(self, shown: str, text: str) -> None:
        words = [word for word in LETTERS.findall(text) if not SAME_EVERYWHERE.match(word)]
        if words:
            before = len(text) - len(text.lstrip())
            self.found.append((self.getpos()[0] + text[:before].count("\n"), shown))


def in_template(path: Path) -> Iterator[Finding]:
    """Texts of one template that stand outside translation tags."""
    reader = Reader()
    reader.feed(blanked(path.read_text()))
    reader.close()
    for line, shown in reader.found:
        yield Finding(path, line, f"not in a translate tag: {shown}")


# Python -----------------------------------------------------------------------------------------------------


def in_python(path: Path) -> Iterator[Finding]:
    """Strings of one file that people read and that do not go through gettext (a heuristic on the syntax tree)."""
    if ENGLISH.search(str(path)):
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            if keyword.arg in READ_KEYWORDS:
                yield from _bare(path, keyword.value, f"{keyword.arg}=")
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in READ_CALLS and not _is_log(node.func):
            for argument in node.args:
                yield from _bare(path, argument, f"{name}()")


def _is_log(func: ast.expr) -> bool:
    """`logger.error(…)` speaks to whoever runs the server."""
    return isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and "log" in func.value.id


def _bare(path: Path, node: ast.expr, where: str) -> Iterator[Finding]:
    """A plain or formatted string with words in it; a single word without spaces in a call is a field's name."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _bare(path, value, where)
    text = ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    if LETTERS.search(text) and (where.endswith("=") or " " in text):
        yield Finding(path, node.lineno, f"{where} without gettext: {text[:60]!r}")


# Babel ------------------------------------------------------------------------------------------------------


def in_messages() -> Iterator[Finding]:
    """Messages that Babel cannot read, and plurals whose two forms name different things."""
    from babel.messages.extract import extract_from_file

    keywords = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2)}
    for path in _python():
        try:
            found = list(extract_from_file("python", path, keywords=keywords))
        except (SyntaxError, UnicodeDecodeError) as error:
            yield Finding(path, getattr(error, "lineno", None) or 1, f"Babel cannot read it: {error}")
            continue
        for line, message, _comments, _context in found:
            forms = message if isinstance(message, tuple) else (message,)
            unnamed = [form for form in forms if re.search(r"%[sd]", form) and form.count("%") > 1]
            if unnamed:
                yield Finding(
                    path, line, f"name the placeholders, their order differs by language: {unnamed[0][:60]!r}"
                )
            if isinstance(message, tuple) and not set(_names(forms[0])) <= set(_names(forms[-1])):
                yield Finding(path, line, f"the plural lacks a placeholder: {forms[-1][:60]!r}")
    yield from _formatted_before()


def _names(text: str) -> list[str]:
    return re.findall(r"%\((\w+)\)s", text)


def _formatted_before() -> Iterator[Finding]:
    """`_(f"…")` and `_("…" % x)`: the words are known only when it is too late to look them up."""
    for path in _python():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", "")
            if name in {"_", "gettext", "gettext_lazy", "ngettext"} and isinstance(
                node.args[0], ast.JoinedStr | ast.BinOp
            ):
                yield Finding(path, node.lineno, "formatted before it is looked up")


def _python() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted(path for path in (ROOT / room).rglob("*.py") if "/migrations/" not in str(path))


def findings() -> list[Finding]:
    """All of them."""
    templates = sorted((ROOT / "templates").rglob("*.html"))
    found = [finding for path in templates for finding in in_template(path)]
    found += [finding for path in _python() for finding in in_python(path)]
    return found + list(in_messages())


def main() -> int:
    """Say what was found."""
    found = findings()
    for finding in found:
        print(finding)
    print(f"{len(found)} strings cannot be translated" if found else "every visible string can be translated")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

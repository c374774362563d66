"""Pictures made anew: known by their content, the right way up, small enough, and nothing beside them."""

import io

import pytest
from PIL import Image

from lib.pictures import LONGEST, MOST_BYTES, made_anew
from lib.refusal import Refused
from tests import pictures


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_comes_back_as_a_jpeg_without_what_came_beside_it(kind: str) -> None:
    sent = pictures.photo(kind=kind)
    assert pictures.PLACE in sent
    made = made_anew(sent, field="picture")
    assert pictures.PLACE not in made
    found = opened(made)
    assert (found.format, found.size, dict(found.getexif())) == ("JPEG", (60, 40), {})
    red, *_ = found.convert("RGB").getpixel((5, 20))  # type: ignore[misc]
    assert red > 150


def test_it_is_turned_upright() -> None:
    made = opened(made_anew(pictures.photo(turned=True), field="picture"))
    assert made.size == (40, 60)
    assert made.convert("RGB").getpixel((20, 5))[1] < 100  # type: ignore[index]
    assert made.convert("RGB").getpixel((20, 55))[1] > 200  # type: ignore[index]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_one_is_made_smaller(kind: str) -> None:
    made = opened(made_anew(pictures.photo(4500, 3000, kind), field="picture"))
    assert (max(made.size), made.size[1]) == (LONGEST, 1333)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        b"%PDF-1.7 not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
        pictures.photo()[:200],
        pictures.photo(kind="PNG")[:60],
        pictures.photo(kind="WEBP")[:30],
        b"\x00" * 5000,
    ],
    ids=["empty", "three", "pdf", "svg", "gif", "half-jpeg", "half-png", "half-webp", "zeros"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="not a picture we can read") as no:
        made_anew(content, field="picture")
    assert no.value.field == "picture"


@pytest.mark.parametrize("size", [(50_000, 50_000), (9_000, 7_000), (2_000_000_000, 2)])
def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(Refused):
        made_anew(pictures.bomb(*size), field="picture")


def test_one_that_is_too_heavy() -> None:
    with pytest.raises(Refused, match="larger than 10 MB"):
        made_anew(pictures.photo() + b"\0" * MOST_BYTES, field="picture")

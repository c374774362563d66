"""Pictures that people send: known by their content, and made anew, so that nothing else travels along.

A photo of a phone says where and when it was taken, and a file may be made to harm whoever opens it. What is kept is a
JPEG of our own making: the right way up, no larger than a page needs, without any of what came beside the picture.
"""

import io
import struct
import warnings
import zlib

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from lib.refusal import Refused

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 60_000_000  # the largest phone cameras; a bomb says more, and is refused before it is unpacked
LONGEST = 2000  # pixels, of the longer side: a page of handwriting is well readable at this
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")  # told by their first bytes, never by a name or by what the browser says
# All that the decoders raise for a file that is broken or is not what it begins like.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    IndexError,
    Image.DecompressionBombError,
)


def made_anew(content: bytes, *, field: str) -> bytes:
    """The picture as a JPEG without metadata. Raises Refused, beside `field`, for what is too large or no picture."""
    if len(content) > MOST_BYTES:
        raise Refused(too_large(), field=field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _jpeg(content, field)
    except (*BROKEN, Image.DecompressionBombWarning) as error:
        raise Refused(
            _("This is not a picture we can read. Please send a JPEG, PNG or WebP."), field=field
        ) from error


def too_large() -> str:
    """What somebody reads who sent too much."""
    return _("This picture is larger than 10 MB. Please take one that is smaller.")


def _jpeg(content: bytes, field: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=FORMATS) as sent:
        if sent.width * sent.height > MOST_PIXELS:
            raise Refused(_("This picture has too many points. Please take a smaller one."), field=field)
        sent.draft("RGB", (LONGEST, LONGEST))  # a large JPEG is unpacked smaller at once
        upright = ImageOps.exif_transpose(sent)
        upright.thumbnail((LONGEST, LONGEST))
        plain = Image.new("RGB", upright.size, "white")  # new: nothing of the sent file's own data goes along
        layer = upright.convert("RGBA")
        plain.paste(layer, mask=layer.getchannel("A"))
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()

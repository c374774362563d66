"""Pictures to send, as a phone makes them, and what else somebody may send in their place."""

import io
import struct
import zlib

from PIL import Image

PLACE = b"GPS-secret-place"


def photo(width: int = 60, height: int = 40, kind: str = "JPEG", *, turned: bool = False) -> bytes:
    """A picture, red on its left half; with the words of PLACE beside it, and turned a quarter if asked."""
    made = Image.new("RGB", (width, height), "white")
    made.paste((200, 0, 0), (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()  # a description
    if turned:
        exif[0x0112] = 6  # hold it a quarter to the right
    kept = io.BytesIO()
    made.save(kept, kind, exif=exif)
    return kept.getvalue()


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few hundred bytes that says it is enormous."""

    def chunk(name: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )

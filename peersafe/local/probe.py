"""Asks the web server in this container whether it is well: exit code 0 or 1 (the image's health check)."""

import os
import sys
import urllib.request


def main(address: str = "http://127.0.0.1:8000/healthz") -> int:
    """Asks under a name the server answers to, since it refuses all others."""
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    request = urllib.request.Request(
        address, headers={"Host": host if host not in {"", "*"} else "localhost"}
    )
    try:
        with urllib.request.urlopen(request, timeout=4) as response:
            return 0 if response.status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""Images: one drawing, a disc in a frame, in each of the formats."""

import base64

from netmocks.http.httpbin import statuses
from netmocks.http.request import Request
from netmocks.http.response import Response

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAgMAAABinRfyAAAACVBMVEX////ZXwIfTnkLczt1AAAAPUlEQVR42k3MoQ2A"
    "MAAF0defYlCMxAiMiEYxAiPhaQICQmpO3CVXNgSsjIEYFjFV1fzVHsctziau/XXlvzwI1ggcjo6zYwAAAABJRU5ErkJg"
    "gg=="
)

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywt"
    "QFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09P"
    "T09PT09PT09PT09PT09PT09PT09PT0//wAARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAd"
    "EAACAgEFAAAAAAAAAAAAAAABBAIRAwAFBhJB/8QAFAEBAAAAAAAAAAAAAAAAAAAAAf/EABoRAAEFAQAAAAAAAAAAAAAA"
    "APAAERQkUWL/2gAMAwEAAhEDEQA/AK0Edjw8YTceQLDWczAAyzj2qZFmjQoV5o+jsebjDjiKBXawGAIOWcutzAsWaNi/"
    "NEHtjzcYTTefK7WAzIIxTl1uZNGhRsV7o+9seHjDiaL5YazmBJOKce1TBoWKFC/dFmTwGMmtG7DXX//Z"
)

WEBP = base64.b64decode(
    "UklGRlQAAABXRUJQVlA4TEcAAAAvD8ADABcgFkxU5/+EkIZYMLGb/51MBAIUxWjzzX/8qzJQFElSc2TY//ki+ts3OpOF"
    "iP5PwL5ChIcaiKnEWj9TiRoIkcO+AgA="
)

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
  <title>A disc in a frame</title>
  <path fill="#1f4e79" d="M0 0h16v16h-16z"/>
  <path fill="#fff" d="M2 2h12v12h-12z"/>
  <circle fill="#d95f02" cx="8" cy="8" r="4"/>
</svg>
"""

#: The formats by their media types; what stands first is preferred.
FORMATS = {"image/webp": WEBP, "image/svg+xml": SVG, "image/jpeg": JPEG, "image/png": PNG}


def png(request: Request) -> Response:
    """Answer with the drawing as PNG."""
    return _image("image/png")


def jpeg(request: Request) -> Response:
    """Answer with the drawing as JPEG."""
    return _image("image/jpeg")


def webp(request: Request) -> Response:
    """Answer with the drawing as WebP."""
    return _image("image/webp")


def svg(request: Request) -> Response:
    """Answer with the drawing as SVG."""
    return _image("image/svg+xml")


def acceptable(request: Request) -> Response:
    """Answer with the drawing in a format that the client names; PNG if it names none at all."""
    accept = request.headers.get("Accept", "image/*").lower()
    for media_type in FORMATS:
        if media_type in accept:
            return _image(media_type)
    return _image("image/png") if "image/*" in accept else statuses.of(406)


def _image(media_type: str) -> Response:
    return Response(FORMATS[media_type], headers=[("Content-Type", media_type)])

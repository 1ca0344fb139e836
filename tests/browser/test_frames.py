# SPDX-License-Identifier: Apache-2.0
"""Frames without an origin of their own: sandboxed ones and data: URLs call themselves null, whoever made them."""

from harness import rows

from stage import APP, STRANGER, Stage, shop
from verdict import DENIED, HIDDEN

site = Stage()
APP_ONLY = site.echo(shop("CorsAllowMethods PUT"))
NULL = site.echo(shop("CorsAllowMethods PUT", "CorsDangerouslyAllow NullOrigin", "CorsAllowOrigin null"))
ANY = site.echo("CorsAllowOrigin *\nCorsAllowMethods PUT")
ANY_BUT_NULL = site.echo("CorsAllowOrigin *\nCorsDangerouslyAllow NullOrigin\nCorsDenyOrigin null")
REGEX = site.echo("CorsAllowOriginRegex .*")

GET, PUT = "fetch(url)", "fetch(url, {method: 'PUT'})"
SANDBOXED, SAME_ORIGIN, DATA = "sandboxed", "sandboxedSameOrigin", "dataUrl"

# what the frame does; its kind; where; what it comes to in a frame of the app's page and of a stranger's
FRAMES = [
    ("sandboxed", GET, SANDBOXED, APP_ONLY, HIDDEN, HIDDEN),
    ("sandboxed, PUT", PUT, SANDBOXED, APP_ONLY, DENIED, DENIED),
    ("sandboxed, where null is let in", GET, SANDBOXED, NULL, "200 GET", "200 GET"),
    ("sandboxed, where null is let in, PUT", PUT, SANDBOXED, NULL, "200 PUT", "200 PUT"),
    ("sandboxed, where any origin is let in", GET, SANDBOXED, ANY, "200 GET", "200 GET"),
    ("sandboxed, where any origin is let in, PUT", PUT, SANDBOXED, ANY, "200 PUT", "200 PUT"),
    ("sandboxed, where any origin but null is let in", GET, SANDBOXED, ANY_BUT_NULL, HIDDEN, HIDDEN),
    ("sandboxed, where a regex lets anything in", GET, SANDBOXED, REGEX, HIDDEN, HIDDEN),
    ("sandboxed, but for the origin", GET, SAME_ORIGIN, APP_ONLY, "200 GET", HIDDEN),
    ("sandboxed, but for the origin, PUT", PUT, SAME_ORIGIN, APP_ONLY, "200 PUT", DENIED),
    ("a data: URL", GET, DATA, APP_ONLY, HIDDEN, HIDDEN),
    ("a data: URL, PUT", PUT, DATA, APP_ONLY, DENIED, DENIED),
    ("a data: URL, where null is let in", GET, DATA, NULL, "200 GET", "200 GET"),
    ("a data: URL, where null is let in, PUT", PUT, DATA, NULL, "200 PUT", "200 PUT"),
]


@rows("script, kind, path, app, stranger", FRAMES)
def test_frames(visitor, script, kind, path, app, stranger):
    assert visitor.see(path, f"inFrame(`{script}`, {kind})", APP, STRANGER) == (app, stranger)

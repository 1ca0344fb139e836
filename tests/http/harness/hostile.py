# SPDX-License-Identifier: Apache-2.0
"""Origins that resemble an allowed one and are not: everything known to have fooled a matcher."""


def near(origin):
    """Hostile variations on one allowed origin of the form scheme://host[:port]."""
    scheme, _, rest = origin.partition("://")
    host, _, port = rest.partition(":")
    colon = f":{port}" if port else ""
    yield from (f"{prefix}{origin}" for prefix in ORIGIN_PREFIXES)
    yield from (f"{origin}{suffix}" for suffix in SUFFIXES)
    yield from (f"{scheme}://{prefix}{rest}" for prefix in PREFIXES)
    yield from (f"{scheme}://{host}{suffix}{colon}" for suffix in HOST_SUFFIXES)
    yield from (f"{scheme}://{host}:{number}" for number in PORTS if str(number) != port)
    yield from (f"{other}://{rest}" for other in SCHEMES if other != scheme)
    yield from spellings(scheme, host, colon)
    yield from (f"{origin}{separator}{other}" for separator in SEPARATORS for other in (origin, "https://evil.test"))
    yield from (f"https://evil.test{separator}{origin}" for separator in SEPARATORS)


ORIGIN_PREFIXES = ["x", ".", "/", "//", "http://", "https://", "null ", "view-source:", "\xa0", "*"]
SUFFIXES = [
    "/", "/.", "/path", "?", "?a=b", "#", "#top", ".", "..", "x", "-", "_", "%", "%00", "%2e", "%2f", "\\", ";", ",",
    "`", "~", "^", "|", "!", "$", "&", "'", '"', "(", ")", "*", "+", "=", "{", "}", "<", ">", "\xe9", "\xc3\xa9",
    "\xff", "\xa0", "\xe2\x80\x8b", "evil.test", ".evil.test", ".evil.test/", "\\.evil.test", "@evil.test",
    ":80@evil.test", "/@evil.test", ";evil.test", " .evil.test", "\t.evil.test",
]
PREFIXES = [
    "x", "evil-", "evil", ".", "-.", "..", "user@", "user:secret@", ":@", "@", "%61", "\xe9.", "*.", "*", "[", "/",
    "//", "a..", ".a.", "evil.test@", "evil.test#", "evil.test/", "evil.test?", "evil.test:", "evil.test\\",
    "evil.test&", "evil.test%00", "evil.test%23", "evil.test,", "evil.test;", "evil.test`.", "evil.test!.",
    "evil.test$.", "evil.test(.", "evil.test ",
]
HOST_SUFFIXES = [
    ".", "..", ".evil.test", "x", "-", ".com", "\xe9", "%2eevil.test", "]", "\xe3\x80\x82evil", "%", ".local", "@",
    "/", "\\",
]
PORTS = [
    0, 1, 79, 80, 443, 444, 8442, 8444, 65535, 65536, 99999, 2**32 + 443, "", "00443", "0x1bb", "+443", "-443", "443.",
    "4 43", "*", "http", "443:443", "8443x", "08443",
]
SCHEMES = [
    "http", "ftp", "file", "ws", "wss", "httpss", "xhttps", "javascript", "data", "blob:https", "HTTPS", "Https", "",
    "*", "https:",
]
DOTS = ["x", "-", "_", "", "..", "%2e", "\xe3\x80\x82", ",", "/", ":"]
SEPARATORS = [" ", ", ", ",", "; ", "\t", "|", "%20", "%0d%0a"]


def spellings(scheme, host, colon):
    """The same host, spelled as no browser serializes it."""
    yield f"{scheme}:{host}{colon}"
    yield f"{scheme}:/{host}{colon}"
    yield f"{scheme}:///{host}{colon}"
    yield f"{scheme}:\\\\{host}{colon}"
    yield f"//{host}{colon}"
    yield f"{host}{colon}"
    yield f"{scheme}://{host.upper()}{colon}"
    yield f"{scheme}://{host.title()}{colon}"
    for position, letter in enumerate(host):
        start, end = host[:position], host[position + 1 :]
        if letter == ".":
            yield from (f"{scheme}://{start}{odd}{end}{colon}" for odd in DOTS)
        elif letter.isalpha():
            yield f"{scheme}://{start}{letter.upper()}{end}{colon}"
            yield f"{scheme}://{start}%{ord(letter):02x}{end}{colon}"
        yield f"{scheme}://{start}{end}{colon}"


def anywhere():
    """What is hostile to every policy."""
    yield from (
        "null", "NULL", "Null", " null", "undefined", "none", "*", "**", "", ":", "://", "https", "https:", "https:/",
        "https://", "-", ".",
    )
    yield from (
        "https://*", "https://.", "https://..", "https://:443", "https://[", "https://[]", "https://[::1", "https://]",
        "file://", "data:",
    )
    yield "https://" + "a" * 64 + ".example"
    yield "https://" + "a." * 200 + "example"
    yield "https://" + "a" * 7900
    yield from (
        "h" * 400, "https://" + "." * 393, "https://" + "/" * 393, "https://" + "[" * 393, "https://" + ":" * 393,
    )


# Line ends never get through, and neither do the vertical tab and the form feed.
CONTROL_BYTES = [*range(1, 0x09), *range(0x0E, 0x20), 0x7F]


def control_bytes(origin):
    """An allowed origin with a control byte before, within and behind it; not all servers let these through."""
    middle = len(origin) // 2
    for byte in CONTROL_BYTES:
        yield from (f"{chr(byte)}{origin}", f"{origin[:middle]}{chr(byte)}{origin[middle:]}", f"{origin}{chr(byte)}x")

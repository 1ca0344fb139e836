# SPDX-License-Identifier: Apache-2.0
"""Lists of origins of any length, and what browsers send that is on them or not."""

KINDS = ("exact", "subdomain", "port")
SIZES = (1, 2, 1_000, 1_000_000)
STRANGER = 0xABCDEF  # the number of a host that is on no list

_WORDS = "admin api app assets booking cdn docs helpdesk intranet media portal shop static storefront tickets wiki"
_NAMES = _WORDS.split()


def _host(number):
    """About 30 bytes, as hosts of tenants are."""
    word, customer = _NAMES[number % 16], _NAMES[number * 7 % 13]
    return f"{word}.{customer}-{number:06x}.example"


def pattern(kind, number):
    """What a list has for this host."""
    host = _host(number)
    return {"exact": f"https://{host}", "subdomain": f"https://*.{host}", "port": f"https://{host}:*"}[kind]


def sent(kind, number):
    """What a browser sends that only this pattern allows."""
    host = _host(number)
    return {"exact": f"https://{host}", "subdomain": f"https://www.{host}", "port": f"https://{host}:8443"}[kind]


def name(size, kinds=KINDS):
    """The name of a list's file."""
    return f"{size}-{'-'.join(kinds)}"


def member(size, kind, kinds=KINDS):
    """The number of one in the middle of such a list, of this kind."""
    return size // 2 // len(kinds) * len(kinds) + kinds.index(kind)


def kinds_of(size, kind):
    """Lists too short to have all kinds have the one that is looked up."""
    return (kind,) if size < len(KINDS) else KINDS


def write(directory, size, kinds=KINDS):
    """Write a list, its kinds in turn; the number of bytes of its patterns is returned."""
    text = 0
    with open(directory / name(size, kinds), "w", encoding="ascii") as file:
        for number in range(size):
            line = pattern(kinds[number % len(kinds)], number)
            text += len(line)
            file.write(f"{line}\n")
    return text


def write_all(directory):
    """Every list that is measured; the sizes of those of all kinds, with the bytes of their patterns."""
    for kind in KINDS:
        for size in SIZES:
            if kinds_of(size, kind) == (kind,):
                write(directory, size, (kind,))
    return {size: write(directory, size) for size in SIZES}

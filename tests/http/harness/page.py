# SPDX-License-Identifier: Apache-2.0
"""The status page as a tree, and what stands in its parts."""

import html5lib
from bs4 import BeautifulSoup


def parse(response):
    """The page, which is HTML without a fault."""
    text = response.body.encode("latin-1").decode("utf-8")
    html5lib.HTMLParser(strict=True).parse(text)
    return BeautifulSoup(text, "html5lib")


def words(element):
    """The text of an element, on one line."""
    return " ".join(element.get_text(" ").split())


def section(page, name):
    """The section that this heading begins."""
    return page.find(id=name).find_parent("section")


def table(part):
    """The rows of its one table, as the text of their cells."""
    (found,) = part.find_all("table")
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in found.tbody.find_all("tr")]


def tiles(part):
    """What the tiles say, by title and label."""
    found = {}
    for tile in part.find_all(class_="tile"):
        title = words(tile.h3)
        numbers = {words(pair.dt): pair.dd for pair in tile.select("dl > div")} or {"": tile.find(class_="big")}
        found.update({f"{title} {label}".strip(): words(number) for label, number in numbers.items()})
    return found


def contrast(one, other):
    """Of two colours, as WCAG 2 has it."""
    def luminance(colour):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)

# SPDX-License-Identifier: Apache-2.0
"""A virtual host with one section, or .htaccess file, over or within another: for tests of what merges."""

import textwrap

IN_AREA = '<Directory "{root}/area">'


def virtual_host(site, number, place, template, outer, inner):
    """One virtual host for one case, its page at /area/page; its name.

    The place says which of the two stand in .htaccess files; all others stand in the template, as {outer} and {inner}.
    """
    name = f"case{number}.example"
    text = template.format(outer=outer, inner=inner, root=f"${{DOCROOT}}/{name}")
    site.page(f"/{name}/area/page")
    if place.startswith(".htaccess"):
        site.file(f"htdocs/{name}/area/.htaccess", inner + "\n")
    if place.endswith(".htaccess"):
        site.file(f"htdocs/{name}/.htaccess", outer + "\n")
    body = f'ServerName {name}\nDocumentRoot "${{DOCROOT}}/{name}"\n{text}'
    site.add(f"<VirtualHost 127.0.0.1:${{PORT}}>\n{textwrap.indent(body, '    ')}\n</VirtualHost>")
    return name

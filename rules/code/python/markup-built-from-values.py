from django.utils.html import format_html
from django.utils.safestring import mark_safe
from markupsafe import Markup

ICON = "<i class='ok'></i>"


def cells(user):
    # ruleid: python-markup-built-from-values
    yield mark_safe(f"<b>{user.name}</b>")
    # ruleid: python-markup-built-from-values
    yield mark_safe("<a href='%s'>profile</a>" % user.url)
    # ruleid: python-markup-built-from-values
    yield Markup("<em>{}</em>".format(user.title))
    # ruleid: python-markup-built-from-values
    yield mark_safe("<p>" + user.bio + "</p>")
    # ok: python-markup-built-from-values
    yield format_html("<b>{}</b>", user.name)
    # ok: python-markup-built-from-values
    yield mark_safe("<hr>")
    # ok: python-markup-built-from-values
    yield mark_safe("<td>" + ICON + "</td>")
    # The value is escaped by the markup it is put into.
    # ok: python-markup-built-from-values
    yield Markup("<em>{}</em>").format(user.title)

"""The statement of a certificate in the reader's language.

The certificate's JSON has the same in English, by :meth:`archive.search.certificate.Certificate.statement`.
"""

from __future__ import annotations

from collections.abc import Iterator

from archive.search.certificate import Certificate
from webapp.languages.translation import gettext, plural
from webapp.presenters.wording import documents, field_label, pages


def statement(certificate: Certificate) -> str:
    """What the search shows, and what it does not."""
    unseen = "; ".join(_unseen(certificate))
    badly = [gettext("The search could not see, or not see well: %(what)s.", what=unseen)] if unseen else []
    always = gettext(
        "The same thing may also be written in other words, by hand, or in documents that are not in this archive."
    )
    return " ".join((_claim(certificate), *badly, always))


def _claim(certificate: Certificate) -> str:
    searched = certificate.searched
    ground = {"documents": documents(searched.documents), "pages": pages(searched.pages)}
    if not certificate.results.total:
        return gettext(
            "Of the %(documents)s with %(pages)s that were searched, none matches the query as it was understood. "
            "This does not show that what was asked for does not exist.",
            **ground,
        )
    return plural(
        "Of the %(documents)s with %(pages)s that were searched, %(count)s document matches the query as it was "
        "understood. This does not show that no other document holds what was asked for.",
        "Of the %(documents)s with %(pages)s that were searched, %(count)s documents match the query as it was "
        "understood. This does not show that no other document holds what was asked for.",
        certificate.results.total,
        **ground,
    )


def _unseen(certificate: Certificate) -> Iterator[str]:
    searched, coverage, missing = certificate.searched, certificate.coverage, certificate.never_indexed
    if count := searched.unreadable:
        yield plural("%(count)s page that could not be read", "%(count)s pages that could not be read", count)
    if count := searched.doubtful:
        yield plural("%(count)s page read with many wrong words", "%(count)s pages read with many wrong words", count)
    if count := searched.wordless:
        yield plural(
            "%(count)s page without words, blank or pictures", "%(count)s pages without words, blank or pictures", count
        )
    if count := missing:
        yield plural("%(count)s document not in the index yet", "%(count)s documents not in the index yet", count)
    if count := len(coverage.due) - missing:
        yield plural(
            "%(count)s document searched in the state before the last change",
            "%(count)s documents searched in the state before the last change",
            count,
        )
    if count := len(coverage.failures) + coverage.due_members:
        yield plural(
            "%(count)s file that could not be taken in, or still waiting",
            "%(count)s files that could not be taken in, or still waiting",
            count,
        )
    for name, count in certificate.unknown.items():
        if count:
            yield plural(
                "%(count)s document left out because the %(field)s is unknown",
                "%(count)s documents left out because the %(field)s is unknown",
                count,
                field=field_label(name).lower(),
            )
    if not certificate.is_steady:
        yield gettext("what was being changed in the archive during the search")

"""Whose Authentication-Results header is believed (rule 3.2)."""

import pytest

from watcher.core.model import Mail
from watcher.core.structure import dmarc


def mail(*results):
    return Mail(message_id="<x@y>", headers=tuple(("authentication-results", value) for value in results))


@pytest.mark.parametrize(
    ("authserv", "results", "verdict"),
    [
        ("mx.google.com", ["mx.google.com; dkim=pass; dmarc=fail (p=REJECT) header.from=x.co"], "fail"),
        ("mx.google.com", ["mx.google.com; dmarc=pass"], "pass"),
        ("mx.google.com", ["evil.example; dmarc=pass", "mx.google.com; dmarc=fail"], ""),
        ("mx.google.com", ["mx.google.com.evil.example; dmarc=fail"], ""),
        ("", ["mx.google.com; dmarc=fail"], ""),
        ("mx.google.com", [], ""),
        (".yahoo.com", ["atlas-production.v2-mail-prod1-gq1.omega.yahoo.com; dmarc=fail"], "fail"),
        (".yahoo.com", ["notyahoo.com; dmarc=fail"], ""),
        (".icloud.com", ["bimi.icloud.com; bimi=none", "dmarc.icloud.com; dmarc=fail"], "fail"),
        (".icloud.com", ["bimi.icloud.com; bimi=none", "evil.example; dmarc=fail"], ""),
        ("mx.zoho.com mx.zohomail.com", ["mx.zohomail.com; dmarc=fail"], "fail"),
        ("mx.google.com", ["mx.google.com; arc=pass (i=1); dmarc=fail"], ""),
        ("mx.google.com", ["mx.google.com; dmarc=none"], ""),
    ],
)
def test_only_the_own_provider_is_believed(authserv, results, verdict):
    assert dmarc(mail(*results), authserv) == verdict

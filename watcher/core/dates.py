"""Dates in mail (rule 3.6): when the interview is, and what a mail promises or demands in time.

A door to two halves that share one grammar: `appointments` and `promises`.
"""

from __future__ import annotations

from datetime import datetime

from watcher.core import promises
from watcher.core.appointments import Appointment, find_appointment
from watcher.core.language import Packs
from watcher.core.promises import Promises

__all__ = ["Appointment", "Promises", "find_appointment", "find_promises"]


def find_promises(
    text: str,
    *,
    base: datetime,
    language: str,
    zone: str,
    calendar_country: str,
    packs: Packs,
    us_sender: bool = False,
) -> Promises:
    """What `text` promises (rule Q7), counted with the working days of `calendar_country` (ISO alpha-2, '' =
    weekends only). See `promises.find_promises`."""
    return promises.find_promises(
        text,
        base=base,
        language=language,
        zone=zone,
        country=calendar_country,
        packs=packs,
        us_sender=us_sender,
    )

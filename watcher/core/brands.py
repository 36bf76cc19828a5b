"""Employers whose names are often borrowed by swindlers, and the domains that are really theirs (rule 6.1)."""

from __future__ import annotations

from collections.abc import Mapping

#: Name as it stands in a display name (lower case) -> registrable domains of the owner.
BRANDS: Mapping[str, tuple[str, ...]] = {
    "pertamina": ("pertamina.com", "pertamina.co.id"),
    "pln": ("pln.co.id",),
    "telkom": ("telkom.co.id", "telkomsel.com"),
    "telkomsel": ("telkomsel.com", "telkomsel.co.id"),
    "bank mandiri": ("bankmandiri.co.id",),
    "bank bri": ("bri.co.id",),
    "bank bni": ("bni.co.id",),
    "bank bca": ("bca.co.id",),
    "bca": ("bca.co.id",),
    "bri": ("bri.co.id",),
    "bni": ("bni.co.id",),
    "bank indonesia": ("bi.go.id",),
    "kereta api": ("kai.id",),
    "garuda indonesia": ("garuda-indonesia.com",),
    "angkasa pura": ("ap1.co.id", "angkasapura2.co.id", "injourneyairports.id"),
    "freeport": ("ptfi.co.id", "fmi.com"),
    "antam": ("antam.com",),
    "bukit asam": ("ptba.co.id", "bukitasam.co.id"),
    "adaro": ("adaro.com",),
    "astra": ("astra.co.id", "ai.astra.co.id"),
    "unilever": ("unilever.com",),
    "indofood": ("indofood.co.id", "indofood.com"),
    "pupuk indonesia": ("pupuk-indonesia.com",),
    "semen indonesia": ("sig.id",),
    "wijaya karya": ("wika.co.id",),
    "waskita": ("waskita.co.id",),
    "bumn": ("bumn.go.id", "fhcibumn.id"),
    "fhci": ("fhcibumn.id",),
    "kemnaker": ("kemnaker.go.id",),
    "traveloka": ("traveloka.com",),
    "tokopedia": ("tokopedia.com",),
    "shopee": ("shopee.com", "shopee.co.id"),
    "gojek": ("gojek.com", "goto.com"),
    "google": ("google.com",),
    "amazon": ("amazon.com", "amazon.jobs", "amazon.co.uk"),
    "microsoft": ("microsoft.com",),
    "apple": ("apple.com",),
    "meta": ("meta.com", "fb.com", "metacareers.com"),
    "netflix": ("netflix.com",),
    "shell": ("shell.com",),
    "chevron": ("chevron.com",),
    "exxonmobil": ("exxonmobil.com",),
    "totalenergies": ("totalenergies.com",),
    "petronas": ("petronas.com", "petronas.com.my"),
    "nestle": ("nestle.com",),
    "toyota": ("toyota.com", "toyota.co.id", "toyota.astra.co.id"),
    "samsung": ("samsung.com",),
    "siemens": ("siemens.com",),
    "lufthansa": ("lufthansa.com", "lufthansagroup.com"),
    "emirates": ("emirates.com", "emiratesgroup.com"),
    "unicef": ("unicef.org",),
}

#: Words that a look-alike domain puts beside the name ("pertamina-karir.com").
HIRING_WORDS = (
    *("recruitment", "recruiting", "recruit", "rekrutmen", "rekrut", "karir", "karier", "career", "careers"),
    *("hrd", "loker", "lowongan", "job", "jobs", "hiring", "hire", "seleksi", "penerimaan", "official"),
    *("vacancy", "talent"),
)

#: Endings that real employers of that size do not use.
ODD_ENDINGS = frozenset(
    [
        *("co", "online", "site", "xyz", "top", "info", "click", "live", "work", "works", "shop", "icu"),
        *(
            "club",
            "website",
            "space",
            "store",
            "buzz",
            "cfd",
            "sbs",
            "cyou",
            "vip",
            "pro",
            "my.id",
            "biz.id",
            "web.id",
        ),
    ]
)

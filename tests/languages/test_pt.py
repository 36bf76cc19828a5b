"""Portuguese: what it is told by, its dates and promises, its signals."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from watcher.core.classify import Context, classify
from watcher.core.dates import find_appointment, find_promises
from watcher.core.language import detect
from watcher.core.model import Address, Kind, Mail
from watcher.packs import load_packs

PACKS = load_packs()
ZONE = "America/Sao_Paulo"
BASE = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo(ZONE))  # a Monday
OWN = "sari@example.com"


def kind_of(text: str, *, own: bool = False, sender: str = "vagas@acme.example") -> Kind:
    mail = Mail(
        message_id="<a@b>",
        sender=Address(OWN if own else sender),
        subject="Vaga de Analista de Dados",
        new_text=f"Olá, Sari,\n\n{text}\n\nAtenciosamente,\nMarta",
    )
    return classify(mail, Context(own=frozenset({OWN}), outgoing=own), PACKS).kind


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Recebemos a sua candidatura e entraremos em contato com você em breve.", "pt"),
        ("Infelizmente não vamos seguir com o seu perfil neste momento.", "pt"),
        ("Hemos recibido tu candidatura y nos pondremos en contacto contigo.", "es"),
        ("Nous avons bien reçu votre candidature.", "fr"),
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert detect(text, PACKS) == language


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("A entrevista será na quinta-feira, 5 de novembro, às 14h30.", "11-05 14:30"),
        ("Entrevista dia 10/11/2026 às 9h", "11-10 09:00"),
        ("A entrevista será amanhã, às 10h.", "11-03 10:00"),
        ("Data: 12 de novembro de 2026\nHorário: 15:00", "11-12 15:00"),
        ("A entrevista foi remarcada de terça para sexta-feira, 6 de novembro, às 11h.", "11-06 11:00"),
    ],
)
def test_an_appointment_is_read(text: str, start: str) -> None:
    found = find_appointment(text, base=BASE, language="pt", zone=ZONE, packs=PACKS)
    assert found.start is not None
    assert f"{found.start:%m-%d %H:%M}" == start


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Daremos um retorno até sexta-feira.", "11-06"),
        ("Você receberá uma resposta até 13 de novembro.", "11-13"),
        ("Retornaremos em até cinco dias úteis.", "11-09"),
    ],
)
def test_a_promise_is_read(text: str, day: str) -> None:
    found = find_promises(text, base=BASE, language="pt", zone=ZONE, calendar_country="BR", packs=PACKS)
    assert found.promise_by is not None
    assert f"{found.promise_by:%m-%d}" == day


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Gostaríamos de convidar você para uma entrevista na quinta-feira às 14h.", "interview_invitation"),
        ("A sua entrevista está confirmada para amanhã às 10h.", "interview_confirmation"),
        ("Precisamos remarcar a entrevista para sexta-feira às 11h.", "interview_reschedule"),
        ("Infelizmente tivemos de cancelar a entrevista de amanhã.", "interview_cancellation"),
        ("Por favor, realize o teste online até domingo.", "assessment"),
        ("Recebemos a sua candidatura para a vaga e vamos analisá-la.", "application_received"),
        ("Poderia nos informar a sua pretensão salarial?", "recruiter_reply"),
        ("Ainda estamos avaliando os candidatos e daremos um retorno na próxima semana.", "status_update"),
        ("Infelizmente decidimos seguir com outro candidato para esta vaga.", "rejection"),
        ("Temos o prazer de oferecer a você a vaga de Analista de Dados.", "offer"),
    ],
)
def test_a_sentence_is_of_its_class(text: str, kind: str) -> None:
    assert kind_of(text) is Kind(kind)


@pytest.mark.parametrize(
    "text",
    [
        "Lamentamos informar que o seu pedido de empréstimo não foi aprovado.",
        "Seu código de verificação é 123456.",
        "Lembramos a sua consulta com a doutora amanhã às 10h na clínica.",
    ],
)
def test_what_looks_like_it_is_not(text: str) -> None:
    assert kind_of(text, sender="avisos@servicos.example") in (Kind.OTHER, Kind.NEWSLETTER)

"""Spanish: told apart, its signals and their traps, dates, promises, names, quotes, letters, screen words."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "core"))

from draft_helpers import FOLLOW_UPS, KINDS, ME, RINA, attempt, letter_case  # noqa: E402

from watcher.core.classify import Context, classify  # noqa: E402
from watcher.core.dates import find_appointment, find_promises  # noqa: E402
from watcher.core.draft import Draft  # noqa: E402
from watcher.core.judge import judge  # noqa: E402
from watcher.core.language import detect  # noqa: E402
from watcher.core.lint import lint  # noqa: E402
from watcher.core.model import Address, DraftKind, Kind, Mail, Occasion  # noqa: E402
from watcher.core.parse import parse  # noqa: E402
from watcher.core.scam import signs  # noqa: E402
from watcher.core.text import html_to_text, split_new  # noqa: E402
from watcher.packs import load_packs  # noqa: E402

PACKS = load_packs()
PACK = PACKS["es"]
ZONE = "Europe/Madrid"
BASE = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo(ZONE))
OWN = "sari@example.com"
NOISE = {Kind.NEWSLETTER, Kind.JOB_ALERT, Kind.OTHER, Kind.AUTO_REPLY, Kind.BOUNCE}


def mail(
    text: str, *, own: bool = False, subject: str = "Puesto de Analista de Datos", sender: str = ""
) -> Mail:
    """A mail with `text` as its new words."""
    return Mail(
        message_id="<a@b>",
        sender=Address(OWN if own else "rrhh@acme.example", sender),
        subject=subject,
        new_text=f"Hola, Sari:\n\n{text}\n\nUn saludo,\nMarta",
    )


def kind_of(text: str, *, own: bool = False, subject: str = "Puesto de Analista de Datos") -> Kind:
    context = Context(own=frozenset({OWN}), outgoing=own)
    return classify(mail(text, own=own, subject=subject), context, PACKS).kind


# ------------------------------------------------------------------------------- which language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola, ¿te viene bien hablar mañana por la tarde?", "es"),
        ("hola sari, no vas a continuar en el proceso, gracias por tu tiempo", "es"),
        ("Le informamos que su postulacion fue recibida", "es"),
        ("Olá Sari, a sua candidatura não foi selecionada. Obrigado!", "pt"),
        ("Bonjour, nous avons bien reçu votre candidature.", "fr"),
        ("Thank you for applying, we will be in touch.", "en"),
    ],
)
def test_spanish_is_told_apart(text: str, language: str) -> None:
    assert detect(text, PACKS) == language


def test_the_corpus_is_told_apart() -> None:
    right = total = 0
    for path in sorted((TESTS / "corpus" / "es").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            body = html_to_text(row["body"])[0] if row.get("html") else row["body"]
            total += 1
            right += detect(body, PACKS) == "es"
    assert right >= 0.97 * total


# ------------------------------------------------------------------------------- signals

INV, C, M, X = (
    Kind.INTERVIEW_INVITATION,
    Kind.INTERVIEW_CONFIRMATION,
    Kind.INTERVIEW_RESCHEDULE,
    Kind.INTERVIEW_CANCELLATION,
)
SAID = [
    ("Nos gustaría invitarte a una entrevista el martes a las 10:00.", INV),
    ("Queremos agendar una videollamada contigo, ¿qué horarios te vienen bien?", INV),
    ("Se le convoca a entrevista personal el jueves 12 a las 9:00 en nuestra sede.", INV),
    ("Pasás a la etapa de entrevistas. ¿Podés el miércoles a las 15 hs?", INV),
    ("Nuestra directora financiera desea conocerle. ¿Cuándo podríamos hablar?", INV),
    ("Reserva un hueco para la entrevista en este enlace.", INV),
    ("Favor de presentarse a entrevista el lunes a las 11:30 hrs.", INV),
    ("Tu entrevista ha quedado confirmada para el jueves a las 12:00.", C),
    ("Te recordamos tu entrevista de mañana a las 9:30.", C),
    ("Perfecto, nos vemos entonces el viernes a las 10.", C),
    ("Tal y como acordamos, hablamos el martes a las 16 h por Teams.", C),
    ("Necesitamos reprogramar tu entrevista del martes.", M),
    ("Tenemos que mover la entrevista al jueves a la misma hora.", M),
    ("La entrevista será el lunes en lugar del viernes.", M),
    ("Te escribo para cambiar la entrevista a otro día, ¿cuándo podrías?", M),
    ("Lamentamos comunicarte que debemos cancelar la entrevista del jueves.", X),
    ("Queda suspendida la entrevista del lunes hasta nuevo aviso.", X),
    ("La entrevista de mañana se cancela: se ha congelado la contratación.", X),
    ("Antes del viernes debes completar la prueba técnica que te adjuntamos.", Kind.ASSESSMENT),
    ("Te enviamos el enlace del test psicotécnico; caduca en 48 horas.", Kind.ASSESSMENT),
    ("Graba tus respuestas en vídeo antes del domingo.", Kind.ASSESSMENT),
    ("Deberá realizarse el examen médico preocupacional el sábado a las 8:00.", Kind.ASSESSMENT),
    ("Hemos recibido tu candidatura y la revisaremos en breve.", Kind.APPLICATION_RECEIVED),
    ("Gracias por postularte. Recibimos tu hoja de vida.", Kind.APPLICATION_RECEIVED),
    ("Tu inscripción se ha realizado correctamente.", Kind.APPLICATION_RECEIVED),
    ("¿Podrías enviarnos una copia de tu título y tu DNI?", Kind.RECRUITER_REPLY),
    ("¿Cuál es tu expectativa salarial?", Kind.RECRUITER_REPLY),
    ("Gracias por tu pregunta: el puesto es híbrido.", Kind.RECRUITER_REPLY),
    ("¿Sigues interesada en el puesto?", Kind.RECRUITER_REPLY),
    ("Seguimos entrevistando a otros candidatos y te diremos algo la próxima semana.", Kind.STATUS_UPDATE),
    ("Tu perfil ha sido preseleccionado. Te contactaremos pronto.", Kind.STATUS_UPDATE),
    ("La vacante está en pausa hasta enero.", Kind.STATUS_UPDATE),
    ("Aún no hemos tomado una decisión.", Kind.STATUS_UPDATE),
    ("He visto tu perfil en LinkedIn y creo que encaja con un puesto que llevo.", Kind.RECRUITER_OUTREACH),
    ("Soy reclutadora y busco una contadora para un cliente. ¿Te interesaría?", Kind.RECRUITER_OUTREACH),
    ("No has sido seleccionada para el puesto.", Kind.REJECTION),
    ("no fuiste seleccionado en esta oportunidad", Kind.REJECTION),
    ("Hemos decidido continuar con otros candidatos.", Kind.REJECTION),
    ("Nos hemos decantado por otro perfil.", Kind.REJECTION),
    ("Lamentamos informarle que su postulación no continúa en el proceso.", Kind.REJECTION),
    ("La vacante ya ha sido cubierta.", Kind.REJECTION),
    ("Tu perfil no se ajusta a lo que buscamos.", Kind.REJECTION),
    ("Por el momento no seguiremos adelante con tu candidatura.", Kind.REJECTION),
    ("Tu candidatura ha sido descartada.", Kind.REJECTION),
    ("Nos complace ofrecerte el puesto.", Kind.OFFER),
    ("Te adjuntamos la carta oferta para que la firmes.", Kind.OFFER),
    ("¡Enhorabuena! El puesto es tuyo.", Kind.OFFER),
    ("Ha sido seleccionada para ocupar el cargo de analista.", Kind.OFFER),
    ("Bienvenida al equipo: te incorporas el lunes.", Kind.OFFER),
]


@pytest.mark.parametrize(("text", "kind"), SAID)
def test_a_sentence_is_read(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hemos recibido tu candidatura. Si no eres seleccionada, te lo diremos.", Kind.REJECTION),
        ("Gracias por postularte. Si tu perfil encaja, te invitaremos a una entrevista.", INV),
        ("Los candidatos preseleccionados serán citados a una entrevista.", INV),
        ("No dudes en escribirnos: seguimos con el proceso.", Kind.REJECTION),
        ("Todavía no hemos elegido a nadie; seguimos con el proceso.", Kind.REJECTION),
        ("Si necesitas cancelar la entrevista, avísanos.", X),
        ("Nuestro proceso consta de una entrevista y una prueba técnica.", INV),
        ("En caso de ser seleccionada, te enviaremos la carta oferta.", Kind.OFFER),
        ("No olvides enviarnos tu CV para continuar.", Kind.REJECTION),
    ],
)
def test_a_hedge_or_a_negation_is_no_news(text: str, kind: Kind) -> None:
    assert kind_of(text) is not kind


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "25 nuevas ofertas de contable en Madrid",
            "Ofertas de empleo que coinciden con tu búsqueda. Ver todas las ofertas.",
        ),
        ("Consejos", "7 trucos para tu próxima entrevista de trabajo. Descarga la guía gratis."),
        ("Su préstamo", "Lamentamos informarle que su solicitud de préstamo no ha sido aprobada."),
        ("Beca", "El comité ha decidido no conceder la beca de máster."),
        ("Código", "Tu código de verificación es 123456."),
        ("Cita", "Le recordamos su cita con la doctora mañana a las 10:00 en la clínica."),
        ("Candidatos", "El jueves entrevistas a dos candidatos; te adjunto la ficha de evaluación."),
        ("Desempeño", "Tu evaluación de desempeño anual será el lunes a las 12."),
        ("Visado", "Su entrevista para el visado es el 25 de noviembre a las 8:15 en el consulado."),
    ],
)
def test_what_looks_like_it_is_not(subject: str, text: str) -> None:
    found = replace(mail(text, subject=subject), sender=Address("avisos@servicios.example"))
    assert classify(found, Context(own=frozenset({OWN}), outgoing=False), PACKS).kind in NOISE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Confirmo mi asistencia el martes a las 10.", Kind.OWN_ACCEPT),
        ("Acepto la oferta con mucho gusto.", Kind.OWN_ACCEPT),
        ("Gracias por la entrevista de ayer, disfruté de la conversación.", Kind.OWN_THANK_YOU),
        ("¿Hay alguna novedad sobre el proceso?", Kind.OWN_FOLLOWUP),
        ("Quería saber si ya tienen una respuesta. Sigo muy interesada.", Kind.OWN_FOLLOWUP),
        ("Le escribo para retirar mi candidatura.", Kind.OWN_WITHDRAW),
        ("He aceptado otra oferta, por lo que no puedo aceptar la suya.", Kind.OWN_DECLINE),
        ("¿Sería posible mover la entrevista al jueves?", Kind.OWN_RESCHEDULE),
        ("Adjunto la solución de la prueba técnica.", Kind.OWN_TASK_DONE),
    ],
)
def test_own_mail_is_read(text: str, kind: Kind) -> None:
    assert kind_of(text, own=True) is kind


@pytest.mark.parametrize(
    ("text", "red"),
    [
        ("Para empezar debe pagar 40 euros por el kit y el uniforme.", True),
        ("Envíe su número de tarjeta de crédito para el registro.", True),
        ("Nunca te pediremos pagar ninguna cuota de inscripción.", False),
        ("El examen médico es gratuito, los gastos corren por cuenta de la empresa.", False),
    ],
)
def test_fraud_is_seen_and_warnings_are_none(text: str, red: bool) -> None:
    found, _ = signs(mail(text), Context(), PACKS)
    assert bool(found) is red


# ------------------------------------------------------------------------------- dates

APPOINTMENTS = [
    ("La entrevista será el martes 10 de noviembre a las 10:00 h.", "11-10 10:00"),
    ("Le invitamos a una entrevista el jueves 12 de noviembre de 2026 a las 16:30.", "11-12 16:30"),
    ("Entrevista el jueves 12 a las 10:00.", "11-12 10:00"),
    ("¿Te viene bien mañana a las 10 para la entrevista?", "11-03 10:00"),
    ("La entrevista es mañana por la mañana a las 9:30.", "11-03 09:30"),
    ("Entrevista: lunes 16/11 a las 11 hs.", "11-16 11:00"),
    ("Te esperamos el próximo lunes a las 9 h.", "11-09 09:00"),
    ("Nos vemos el miércoles a las cuatro de la tarde.", "11-04 16:00"),
    ("Nos vemos pasado mañana a las 12.", "11-04 12:00"),
    ("Entrevista el viernes a las 5 pm.", "11-06 17:00"),
    ("Entrevista el 20 de noviembre a las 8:30 a. m.", "11-20 08:30"),
    ("Entrevista el 20 de noviembre a las 3:00 p.m.", "11-20 15:00"),
    ("Fecha: 18/11/2026\nHora: 15:00", "11-18 15:00"),
    ("Fecha: 5/11/2026\nHora: 09:30", "11-05 09:30"),
    ("La entrevista será el jueves de 10:00 a 11:00 h.", "11-05 10:00"),
    ("La reunión del martes la movemos al jueves 12 a las 11:00.", "11-12 11:00"),
    ("Entrevista el lunes que viene a las 10.", "11-09 10:00"),
    ("Entrevista hoy a las 18h30.", "11-02 18:30"),
    ("La entrevista será el jueves al mediodía.", "11-05 12:00"),
    ("Cita el viernes 13 de noviembre, 11:30 hrs., en Av. Juárez 4120, piso 9.", "11-13 11:30"),
    ("La llamada será el martes a las 10.30.", "11-03 10:30"),
    ("entrevista el miercoles 11 a las 15:00", "11-11 15:00"),
    ("entrevista el sabado 14 de noviembre a las 9:00", "11-14 09:00"),
    ("Entrevista el 3 de diciembre a las 12:00 horas.", "12-03 12:00"),
    ("Entrevista el día 17 a las 13:15.", "11-17 13:15"),
    ("Le citamos el 24-11-2026 a las 08:00.", "11-24 08:00"),
    ("Entrevista el 1 de diciembre de 2026 a las 17 h", "12-01 17:00"),
    ("Videollamada el viernes 6 de noviembre a las 14.45 h", "11-06 14:45"),
    ("Entrevista presencial: mié, 4 nov 2026, 10:00", "11-04 10:00"),
    ("La entrevista tendrá lugar el lunes, 9 de noviembre, a las 9 de la mañana.", "11-09 09:00"),
]


@pytest.mark.parametrize(("text", "expected"), APPOINTMENTS)
def test_an_appointment_is_read(text: str, expected: str) -> None:
    found = find_appointment(text, base=BASE, language="es", zone=ZONE, packs=PACKS)
    assert found.start is not None
    assert f"{found.start:%m-%d %H:%M}" == expected


def test_slots_are_read() -> None:
    text = "Te propongo dos horarios para la entrevista: martes 10 a las 10:00 o miércoles 11 a las 16:00."
    found = find_appointment(text, base=BASE, language="es", zone=ZONE, packs=PACKS)
    assert [f"{slot:%m-%d %H:%M}" for slot in found.slots] == ["11-10 10:00", "11-11 16:00"]


def test_a_zone_in_words_is_read() -> None:
    text = "Entrevista el jueves 12 a las 10:00 (hora de México)."
    found = find_appointment(text, base=BASE, language="es", zone=ZONE, packs=PACKS)
    assert found.start is not None
    assert found.start == datetime(2026, 11, 12, 10, tzinfo=ZoneInfo("America/Mexico_City"))


PROMISES = [
    ("Te daremos una respuesta en un plazo de dos semanas.", "by 11-16"),
    ("Nos pondremos en contacto contigo antes del viernes.", "by 11-05"),
    ("Le contactaremos en los próximos 5 días hábiles.", "by 11-09"),
    ("Tendrás noticias nuestras a finales de la próxima semana.", "by 11-13"),
    ("Te llamaremos esta semana.", "by 11-06"),
    ("Te avisamos la semana que viene.", "by 11-13"),
    ("Te responderemos en 10 días laborables.", "by 11-16"),
    ("Tomaremos una decisión a principios de diciembre.", "by 12-10"),
    ("Te llamo el jueves.", "by 11-05"),
    ("Le avisaremos en una semana.", "by 11-09"),
    ("Te contactaremos antes del 20 de noviembre.", "by 11-19"),
    ("Te informaremos dentro de 15 días.", "by 11-17"),
    (
        "Si en tres semanas no has recibido respuesta, considera que tu candidatura ha sido descartada.",
        "silence 11-23",
    ),
    ("Si no tienes noticias nuestras antes del 20 de noviembre, escríbenos.", "ask 11-19"),
    ("Completa la prueba antes del 10 de noviembre.", "due 11-09"),
    ("Tienes 48 horas para completar el test.", "due 11-04"),
    ("La oferta vence el 15 de noviembre.", "due 11-15"),
    ("Envíanos tu DNI antes del jueves.", "due 11-04"),
    ("Confirma tu asistencia antes de mañana a las 12.", "due 11-03"),
    ("Fecha límite: 18/11/2026", "due 11-18"),
    ("Por favor, responde a más tardar el 12 de noviembre.", "due 11-12"),
    ("El enlace caduca el 20/11/2026.", "due 11-20"),
    ("Tienes hasta el domingo para enviar la solución.", "due 11-08"),
    ("Estoy de vacaciones. Vuelvo el 16 de noviembre.", "back 11-16"),
    ("Estoy fuera de la oficina hasta el 20 de noviembre.", "back 11-20"),
    ("Te contactaremos en los próximos días.", "-"),
    ("Gracias por tu tiempo.", "-"),
    ("Tenemos tres años de experiencia en el sector.", "-"),
]


@pytest.mark.parametrize(("text", "expected"), PROMISES)
def test_a_promise_is_read(text: str, expected: str) -> None:
    found = find_promises(text, base=BASE, language="es", zone=ZONE, calendar_country="ES", packs=PACKS)
    named = {
        "by": found.promise_by,
        "silence": found.silence_by,
        "ask": found.ask_from,
        "due": found.deadline,
        "back": found.back,
    }
    read = " & ".join(f"{name} {value:%m-%d}" for name, value in named.items() if value)
    assert (read or "-") == expected


# ------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("text", "company", "role"),
    [
        ("Gracias por postularte al puesto de Analista de Datos en Cerasol.", "Cerasol", "Analista de Datos"),
        ("Le escribimos por el cargo de Contador en Andina.", "Andina", "Contador"),
        (
            "Hemos recibido tu candidatura.\nPuesto: Técnico de Calidad\nEmpresa: Iberplast",
            "Iberplast",
            "Técnico de Calidad",
        ),
        ("Hemos recibido tu candidatura. Te diremos algo pronto.", "", ""),
        ("Gracias por tu candidatura. Te llamaremos mañana.", "", ""),
    ],
)
def test_a_post_is_named_or_unknown(text: str, company: str, role: str) -> None:
    written = EmailMessage()
    written["From"], written["To"] = "Marta Leal <marta@mel.example>", f"Sari <{OWN}>"
    written["Subject"], written["Message-ID"] = "Información", "<a@b>"
    written["Date"] = "Mon, 02 Nov 2026 09:00:00 +0100"
    written.set_content(f"Estimada Sari:\n\n{text}\n\nUn cordial saludo,\nMarta Leal\n")
    fact = judge(parse(written.as_bytes(), PACKS), Context(zone=ZONE, country="ES"), PACKS, arrived=BASE)
    assert (fact.details.company, fact.details.role) == (company, role)
    assert fact.details.person == "Marta Leal"


# ------------------------------------------------------------------------------- quotes

REPLY = "De acuerdo, allí estaré.\n\n"


@pytest.mark.parametrize(
    "tail",
    [
        "El lun, 2 nov 2026 a las 10:00, Marta Leal (<marta@mel.example>) escribió:\n> Le esperamos.",
        "El 2/11/2026 a las 10:00, Marta Leal escribió:\n> Le esperamos.",
        "De: Marta Leal <marta@mel.example>\nEnviado el: lunes, 2 de noviembre de 2026 10:00\n"
        "Para: Sari\nAsunto: Entrevista\n\nLe esperamos.",
        "De: Marta Leal\nFecha: lunes, 2 de noviembre de 2026, 10:00\n"
        "Para: Sari\nAsunto: Entrevista\n\nLe esperamos.",
        "-----Mensaje original-----\nDe: Marta Leal\nPara: Sari\nAsunto: Entrevista\n\nLe esperamos.",
    ],
)
def test_quoted_words_are_not_new(tail: str) -> None:
    assert split_new(REPLY + tail, PACKS).new.strip() == REPLY.strip()


@pytest.mark.parametrize(
    "footer",
    [
        "Enviado desde mi iPhone",
        "Obtener Outlook para Android",
        "Este mensaje y sus archivos adjuntos son confidenciales.",
        "AVISO LEGAL: la información contenida en este correo es confidencial.",
        "Si deseas darte de baja, haz clic aquí.",
        "Antes de imprimir este correo, piensa en el medio ambiente.",
    ],
)
def test_footers_are_not_new(footer: str) -> None:
    found = split_new(f"{REPLY}Un saludo,\nSari\n\n{footer}", PACKS)
    assert footer not in found.new


# ------------------------------------------------------------------------------- letters


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_is_written_and_clean(kind: DraftKind, known: bool) -> None:
    case, now = letter_case(kind, "es", known=known)
    for occasion in Occasion if kind in FOLLOW_UPS else (now.occasion,):
        draft = attempt(case, replace(now, occasion=occasion), kind)
        assert isinstance(draft, Draft), draft
        lines = draft.text.splitlines()
        assert lines[0] == ("Buenos días, Rina Wijaya:" if known else "Buenos días:")
        assert lines[-2:] == ["Un cordial saludo,", "Budi Santoso"]
        assert "  " not in draft.text and ".." not in draft.text and " ," not in draft.text
        assert not re.search(r"\b(?:tú|te|ti|tu|contigo|interesad[oa])\b", draft.text.lower())
        assert " de el " not in draft.text and " a el " not in draft.text


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Necesito una respuesta lo antes posible.", "pressure"),
        ("Sigo esperando su respuesta.", "pressure"),
        ("Vuelvo a escribir por el proceso.", "again"),
        ("Han pasado dos semanas.", "counting"),
        ("¿Cuál es el salario?", "topics"),
        ("Tengo otras ofertas.", "offers"),
        ("Acepto el puesto.", "decision"),
    ],
)
def test_a_pressing_letter_is_stopped(words: str, rule: str) -> None:
    text = f"Buenos días:\n\nLe agradezco la entrevista. {words}\n\nUn cordial saludo,\n{ME.name}\n"
    hits = lint(text, kind=DraftKind.FOLLOW_UP, language="es", me=ME, recipients=(RINA,), packs=PACKS)
    assert any(hit.startswith(rule) for hit in hits), hits


def test_the_words_on_the_screen_are_whole() -> None:
    def flat(value: object, at: str = "") -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from flat(inner, f"{at}/{key}")
        else:
            yield at, str(value)

    english, spanish = dict(flat(PACKS["en"].table("ui"))), dict(flat(PACK.table("ui")))
    assert set(english) <= set(spanish)
    for key, words in english.items():
        assert sorted(re.findall(r"{\w+}", words)) == sorted(re.findall(r"{\w+}", spanish[key])), key

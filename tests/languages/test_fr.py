"""French: told from its neighbours, its signals and their traps, dates, promises, names, quotes, letters."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "core"))

from corpus_mail import coarse  # noqa: E402
from draft_helpers import FOLLOW_UPS, KINDS, ME, RINA, attempt, letter_case  # noqa: E402

from training.corpus import mail_from, rows  # noqa: E402
from watcher.core.classify import Context, classify  # noqa: E402
from watcher.core.dates import find_appointment, find_promises  # noqa: E402
from watcher.core.draft import Draft  # noqa: E402
from watcher.core.judge import judge  # noqa: E402
from watcher.core.language import detect  # noqa: E402
from watcher.core.letter import with_phrases  # noqa: E402
from watcher.core.lint import lint  # noqa: E402
from watcher.core.model import Address, DraftKind, Kind, Mail, Occasion  # noqa: E402
from watcher.core.text import split_new  # noqa: E402
from watcher.packs import load_packs  # noqa: E402

PACKS = load_packs()
ZONE = "Europe/Paris"
BASE = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo(ZONE))  # a Monday
OWN = "claire@courriel.example"
NOISE = {Kind.NEWSLETTER, Kind.JOB_ALERT, Kind.OTHER}


def mail(text: str, *, own: bool = False, subject: str = "Poste de Data Analyst") -> Mail:
    """A mail with `text` as its new words."""
    return Mail(
        message_id="<a@b>",
        sender=Address(OWN if own else "sophie@acme.example"),
        subject=subject,
        new_text=f"Bonjour Claire,\n\n{text}\n\nBien cordialement,\nSophie",
    )


# ------------------------------------------------------------------------------- signals

SENTENCES = [
    ("Nous souhaiterions vous convier à un entretien le mardi 6 octobre à 10h.", "interview_invitation"),
    ("Notre directrice technique aimerait vous rencontrer cette semaine.", "interview_invitation"),
    ("Seriez-vous disponible jeudi pour un point téléphonique de vingt minutes ?", "interview_invitation"),
    ("Merci de sélectionner le créneau d'entretien qui vous convient.", "interview_invitation"),
    ("Vous êtes convoqué à une entrevue le 12 novembre à 13 h 30.", "interview_invitation"),
    ("Es-tu dispo vendredi pour un premier échange avec l'équipe ?", "interview_invitation"),
    ("Après lecture de votre dossier, nous aimerions faire votre connaissance.", "interview_invitation"),
    ("Quelles seraient vos disponibilités pour un entretien en visio ?", "interview_invitation"),
    ("Je vous confirme notre rendez-vous de mercredi 14h30.", "interview_confirmation"),
    ("C'est noté, à jeudi 10h pour notre entretien.", "interview_confirmation"),
    ("Petit rappel de votre entretien prévu demain à 9h.", "interview_confirmation"),
    ("Votre entretien du 3 décembre à 14h est bien confirmé.", "interview_confirmation"),
    ("Merci d'avoir confirmé votre entretien de lundi.", "interview_confirmation"),
    ("Nous sommes contraints de reporter votre entretien à vendredi.", "interview_reschedule"),
    ("Pourrions-nous décaler notre entretien au 15 octobre ?", "interview_reschedule"),
    ("L'entretien aura lieu à 11h30 au lieu de 9h30.", "interview_reschedule"),
    (
        "J'ai un empêchement demain, auriez-vous un autre créneau pour notre entretien ?",
        "interview_reschedule",
    ),
    ("Je suis au regret d'annuler notre entretien de demain.", "interview_cancellation"),
    ("Malheureusement, l'entretien du 12 novembre est annulé.", "interview_cancellation"),
    ("Notre rendez-vous de jeudi n'aura finalement pas lieu.", "interview_cancellation"),
    ("Merci de réaliser ce test technique avant lundi.", "assessment"),
    ("Nous vous invitons à passer un test de personnalité en ligne.", "assessment"),
    ("Vous trouverez l'étude de cas en pièce jointe, à nous retourner mercredi.", "assessment"),
    ("Répondez à cinq questions en vidéo, à votre rythme.", "assessment"),
    ("Vous êtes attendu à la visite médicale d'embauche mardi à 8h, à jeun.", "assessment"),
    ("Nous accusons réception de votre candidature et vous en remercions.", "application_received"),
    ("Votre CV nous est bien parvenu.", "application_received"),
    ("Merci d'avoir postulé chez nous !", "application_received"),
    (
        "Nous avons bien reçu votre candidature. Sans réponse de notre part sous trois semaines, "
        "veuillez considérer qu'elle n'a pas été retenue.",
        "application_received",
    ),
    (
        "Nous avons bien reçu votre candidature ; seuls les candidats retenus seront invités à un entretien.",
        "application_received",
    ),
    ("Pourriez-vous nous faire parvenir vos prétentions salariales ?", "recruiter_reply"),
    ("Il manque votre attestation de formation dans le dossier.", "recruiter_reply"),
    ("Êtes-vous toujours intéressée par le poste ?", "recruiter_reply"),
    ("Merci pour votre retour, je transmets votre question à notre directeur.", "recruiter_reply"),
    ("Avez-vous le permis B et de l'expérience en cuisine ?", "recruiter_reply"),
    ("Votre candidature est toujours à l'étude.", "status_update"),
    ("Nous prendrons une décision d'ici la fin de la semaine.", "status_update"),
    ("Le recrutement est gelé jusqu'en janvier.", "status_update"),
    ("Vous faites partie des trois finalistes.", "status_update"),
    ("Votre candidature a été transmise au responsable du service.", "status_update"),
    ("Nous gardons votre profil dans notre vivier pour de futures opportunités.", "status_update"),
    ("Vous avez réussi le test, nous reviendrons vers vous.", "status_update"),
    ("Je suis chasseuse de têtes et votre parcours a attiré mon attention.", "recruiter_outreach"),
    ("Mon client recrute un développeur, seriez-vous à l'écoute du marché ?", "recruiter_outreach"),
    ("Je suis tombé sur votre profil LinkedIn, ce poste pourrait vous intéresser.", "recruiter_outreach"),
    ("Nous ne pouvons donner une suite favorable à votre candidature.", "rejection"),
    ("Votre candidature a reçu une suite défavorable.", "rejection"),
    ("Nous avons décidé de ne pas donner suite à votre candidature.", "rejection"),
    ("Malheureusement, nous avons retenu un autre candidat.", "rejection"),
    ("Le poste a été pourvu en interne.", "rejection"),
    ("Ton profil n’a pas été retenu pour la suite.", "rejection"),
    ("Votre profil ne correspond pas à nos besoins actuels.", "rejection"),
    ("Notre choix s'est porté sur une candidate plus expérimentée.", "rejection"),
    ("Nous n'irons pas plus loin avec ta candidature.", "rejection"),
    (
        "Malgre la qualite de votre parcours, nous avons prefere un profil plus en adequation avec le poste.",
        "rejection",
    ),
    ("Nous avons le plaisir de vous proposer le poste de Data Analyst.", "offer"),
    ("Vous trouverez ci-joint votre promesse d'embauche à signer.", "offer"),
    ("Votre candidature a été retenue pour le poste de comptable, bienvenue parmi nous !", "offer"),
    ("Nous avons décidé de vous engager à partir du 1er décembre.", "offer"),
    ("Le poste est à toi !", "offer"),
    ("Votre demande de prêt immobilier n'a pas été acceptée par notre comité de crédit.", "other"),
    ("Votre enfant est invité à un entretien avec la directrice de l'école mardi.", "other"),
    ("Votre entretien annuel d'évaluation aura lieu le 3 décembre à 14h.", "other"),
    ("Votre rendez-vous chez le dentiste est confirmé pour jeudi à 9h.", "other"),
    ("Votre dossier de location n'a pas été retenu par le propriétaire.", "other"),
    ("Nous confirmons le retrait de votre candidature, comme demandé.", "other"),
    ("Votre code de vérification est 123456.", "other"),
    ("12 nouvelles offres d'emploi correspondent à votre alerte.", "job_alert"),
    (
        "Nos conseils pour réussir votre entretien d'embauche : inscrivez-vous au webinaire gratuit.",
        "newsletter",
    ),
    ("Je suis absent du bureau jusqu'au 9 novembre.", "auto_reply"),
    ("Je vous confirme ma présence jeudi à 10h.", "own_accept"),
    ("Ce créneau me convient parfaitement, à mardi.", "own_accept"),
    ("Je vous remercie du temps que vous m'avez accordé hier.", "own_thank_you"),
    ("Je me permets de vous relancer : avez-vous des nouvelles du poste ?", "own_followup"),
    ("Je souhaite retirer ma candidature.", "own_withdraw"),
    ("Je ne souhaite pas donner suite à votre offre, j'ai accepté un autre poste.", "own_decline"),
    ("Serait-il possible de décaler l'entretien à mardi ?", "own_reschedule"),
    ("Vous trouverez ci-joint ma solution au test.", "own_task_done"),
    (
        "Merci de m'avoir informé de votre décision. Pourriez-vous m'indiquer un ou deux points à améliorer ?",
        "own_feedback_request",
    ),
]


@pytest.mark.parametrize(("text", "wanted"), SENTENCES)
def test_a_sentence_lands_in_its_class(text: str, wanted: str) -> None:
    own = wanted.startswith("own_")
    subject = "Votre message" if wanted in ("other", "job_alert", "newsletter") else "Poste de Data Analyst"
    found = classify(mail(text, own=own, subject=subject), Context(own=frozenset({OWN}), outgoing=own), PACKS)
    if Kind(wanted) in NOISE:
        assert found.kind in NOISE
    else:
        assert found.kind.value == wanted
    assert found.language == "fr"


# ------------------------------------------------------------------------------- dates


def shown(moment: datetime | None, *, day_only: bool = False) -> str:
    if moment is None:
        return "-"
    text = moment.astimezone(ZoneInfo(ZONE)).strftime("%m-%d %H:%M")
    return text[:5] if day_only else text


APPOINTMENTS = [
    ("Je vous propose un entretien le jeudi 12 novembre 2026 à 14h30.", "11-12 14:30"),
    ("Entretien jeudi 12 novembre à 14 h 30", "11-12 14:30"),
    ("Rendez-vous le 12/11/2026 à 14:30", "11-12 14:30"),
    ("Nous vous attendons le jeudi 12 novembre à 14h.", "11-12 14:00"),
    ("Nous vous attendons le jeudi 12 novembre à 14 heures.", "11-12 14:00"),
    ("Nous vous attendons jeudi 12/11 à 14h00", "11-12 14:00"),
    ("Entretien prévu le 3 décembre à 9h30", "12-03 09:30"),
    ("Nous vous recevrons le jeudi 3 décembre, 9 h, au siège.", "12-03 09:00"),
    ("Votre entretien est fixé au mardi 1er décembre à 10h", "12-01 10:00"),
    ("Notre appel aura lieu demain à 11h.", "11-03 11:00"),
    ("On se voit après-demain à 16h ?", "11-04 16:00"),
    ("Je vous appelle aujourd'hui à 17h", "11-02 17:00"),
    ("Je vous appelle aujourd’hui à 17h", "11-02 17:00"),
    ("Est-ce que jeudi 15h vous convient pour un échange ?", "11-05 15:00"),
    ("Entretien vendredi matin à 8h30", "11-06 08:30"),
    ("Venez vendredi à 3h de l'après-midi pour l'entretien", "11-06 15:00"),
    ("On déjeune vendredi à midi pour l'entretien", "11-06 12:00"),
    ("Entretien le jeudi 12 novembre de 10h à 11h", "11-12 10:00 > 11-12 11:00"),
    ("Jeudi 12 novembre, 10h00 - 11h30, visioconférence", "11-12 10:00 > 11-12 11:30 online"),
    ("Votre entretien aura lieu le 12 novembre entre 10h et 11h", "11-12 10:00 > 11-12 11:00"),
    ("Date : jeudi 12 novembre 2026\nHeure : 13 h 30\nLieu : 225, rue du Parc", "11-12 13:30"),
    ("Quand : le jeudi 12 novembre 2026, 13 h 30", "11-12 13:30"),
    ("Date : 12/11/2026\nHeure : 14:00\nAdresse : Site de Bastogne", "11-12 14:00"),
    (
        "Deux créneaux possibles : jeudi 5 novembre à 10h ou vendredi 6 novembre à 14h",
        "- ¦ 11-05 10:00, 11-06 14:00",
    ),
    (
        "Voici les créneaux suivants :\n- jeudi 5 novembre à 10h\n- vendredi 6 novembre à 14h",
        "- ¦ 11-05 10:00, 11-06 14:00",
    ),
    ("L'entretien du jeudi 5 novembre à 10h est reporté au vendredi 6 novembre à 10h.", "11-06 10:00"),
    ("Votre entretien de vendredi aura lieu à 11h30 au lieu de 9h30.", "11-06 11:30"),
    ("L'entretien du 12 novembre est décalé au vendredi 13 novembre à 10h.", "11-13 10:00"),
    ("Ancienne date : mercredi 4 novembre, 15:30\nNouvelle date : vendredi 6 novembre, 10:00", "11-06 10:00"),
    ("Entretien en visio le 12 novembre à 14h30", "11-12 14:30 online"),
    ("Montez jeudi 12 novembre à partir de 20 heures pour l'entretien", "11-12 20:00"),
    ("Entretien le jeudi 12 novembre", "11-12"),
    ("RDV lundi 9 nov. à 9h00 précises", "11-09 09:00"),
    ("Entretien le 4 févr. 2027 à 9h", "02-04 09:00"),
    ("Entretien le mardi 17 août 2027 à 9h", "08-17 09:00"),
    ("Le test dure 2 heures et le poste est payé 14,50 euros de l'heure.", "-"),
    ("Nos bureaux sont ouverts du lundi au vendredi de 9h à 18h.", "-"),
    ("Vous avez 3 ans d'expérience et 35 heures par semaine.", "-"),
    ("Votre candidature du 12 octobre a bien été reçue.", "-"),
    ("Entretien le jeudi 12 novembre, 9 h, au siège.", "11-12 09:00"),
    (
        "Je suis libre jeudi 5 à 10h ou vendredi 6 à 14h, qu'est-ce qui vous arrange ?",
        "- ¦ 11-05 10:00, 11-06 14:00",
    ),
    ("Appel mercredi à 18h30 (heure de Paris)", "11-04 18:30"),
    ("Entrevue le jeudi 12 novembre 2026 à 10 h (heure de l'Est)", "11-12 16:00"),
    ("Rendez-vous ce vendredi à 10h au 12 rue des Lilas, 3e étage", "11-06 10:00"),
    ("Je vous attends le 12 à 14h pour l'entretien", "11-12 14:00"),
    ("Entretien jeudi 5 de 10h à 11h", "11-05 10:00 > 11-05 11:00"),
    ("Seriez-vous disponible mardi 17 à 10h ?", "11-17 10:00"),
]


@pytest.mark.parametrize(("text", "expected"), APPOINTMENTS)
def test_an_appointment_is_read(text: str, expected: str) -> None:
    found = find_appointment(text, base=BASE, language="fr", zone=ZONE, packs=PACKS)
    said = shown(found.start, day_only=found.day_only)
    said += f" > {shown(found.end)}" if found.end else ""
    said += " ¦ " + ", ".join(map(shown, found.slots)) if found.slots else ""
    said += " online" if found.online else ""
    assert said == expected
    assert found.review == ()


PROMISES = [
    ("Nous reviendrons vers vous d'ici la fin de la semaine.", "promise_by=11-06 17:00"),
    ("Nous reviendrons vers vous d’ici la fin de la semaine.", "promise_by=11-06 17:00"),
    ("Nous vous donnerons une réponse sous quinzaine.", "promise_by=11-16 17:00"),
    ("Nous reviendrons vers vous sous quinze jours.", "promise_by=11-16 17:00"),
    ("Vous aurez une réponse dans un délai de deux semaines.", "promise_by=11-16 17:00"),
    ("Nous vous recontacterons sous huit jours.", "promise_by=11-09 17:00"),
    ("Nous reviendrons vers vous la semaine prochaine.", "promise_by=11-13 17:00"),
    ("Je reviens vers toi en début de semaine prochaine.", "promise_by=11-10 17:00"),
    ("Je reviens vers vous début de semaine prochaine.", "promise_by=11-10 17:00"),
    ("Nous reviendrons vers vous d'ici la fin de la semaine prochaine.", "promise_by=11-13 17:00"),
    ("Nous ferons un retour sous cinq jours ouvrés.", "promise_by=11-09 17:00"),
    ("Vous aurez un retour sous 10 jours ouvrables.", "promise_by=11-17 17:00"),
    ("Nous vous tiendrons informé avant le 7 novembre.", "promise_by=11-06 17:00"),
    ("Nous devrions prendre une décision d'ici le 27 novembre.", "promise_by=11-27 17:00"),
    ("Vous aurez ma réponse au plus tard le 20 novembre.", "promise_by=11-20 17:00"),
    ("Notre décision sera prise à la fin du mois.", "promise_by=11-30 17:00"),
    ("Je vous rappelle jeudi pour vous donner une réponse.", "promise_by=11-05 17:00"),
    ("Je vous recontacte dans dix jours.", "promise_by=11-12 17:00"),
    ("Je vous tiens au courant demain.", "promise_by=11-03 17:00"),
    ("Merci de me renvoyer votre solution avant le lundi 9 novembre à midi.", "deadline=11-09 12:00"),
    ("Votre rendu est attendu au plus tard le 10 novembre.", "deadline=11-10 23:59"),
    ("Merci de confirmer votre présence avant samedi.", "deadline=11-06 23:59"),
    ("Merci de confirmer votre présence au plus tard le vendredi 6 novembre.", "deadline=11-06 23:59"),
    ("Le lien est valable sept jours.", "deadline=11-09 23:59"),
    ("Le lien expirera le 15 novembre à minuit.", "deadline=11-15 23:59"),
    ("À nous retourner d'ici mercredi soir.", "deadline=11-04 23:59"),
    ("Vous disposez de sept jours pour réaliser le test.", "deadline=11-09 23:59"),
    ("Date limite : 18 novembre 2026", "deadline=11-18 23:59"),
    ("Merci de nous retourner la promesse d'embauche signée avant le 14 novembre.", "deadline=11-13 23:59"),
    (
        "Sans réponse de notre part dans un délai de quatre semaines, veuillez considérer que votre "
        "candidature n'a pas été retenue.",
        "silence_by=11-30 17:00",
    ),
    (
        "Sans nouvelles de notre part sous trois semaines, considérez que votre candidature n'est pas retenue.",
        "silence_by=11-23 17:00",
    ),
    (
        "Si vous n'avez pas de nouvelles d'ici deux semaines, votre candidature n'aura pas été retenue.",
        "silence_by=11-16 17:00",
    ),
    (
        "Si vous n'avez pas de nouvelles d'ici une semaine, n'hésitez pas à me relancer.",
        "ask_from=11-09 17:00",
    ),
    ("Sans nouvelles de ma part sous quinze jours, relancez-moi.", "ask_from=11-16 17:00"),
    ("Je suis absente du bureau jusqu'au 9 novembre.", "back=11-09 09:00"),
    ("Je serai de retour le lundi 9 novembre.", "back=11-09 09:00"),
    ("En congés, de retour le 16/11.", "back=11-16 09:00"),
    ("Nous reviendrons vers vous dans les prochains jours.", ""),
    ("Nous conservons votre CV pendant deux ans.", ""),
    ("Je vous fais un retour d'ici une semaine.", "promise_by=11-09 17:00"),
    ("Nous vous répondrons dans un délai d'une semaine.", "promise_by=11-09 17:00"),
    ("Vous recevrez une réponse dans un délai d'un mois.", "promise_by=12-02 17:00"),
    ("Je te redis vendredi.", "promise_by=11-06 17:00"),
    ("Vous avez jusqu'au 12 novembre pour passer le test.", "deadline=11-12 23:59"),
    ("Le jury se prononcera le 13 novembre.", "promise_by=11-13 17:00"),
]


@pytest.mark.parametrize(("text", "expected"), PROMISES)
def test_a_promise_is_read(text: str, expected: str) -> None:
    found = find_promises(text, base=BASE, language="fr", zone=ZONE, calendar_country="FR", packs=PACKS)
    kinds = ("promise_by", "silence_by", "ask_from", "deadline", "back")
    said = [f"{kind}={shown(getattr(found, kind))}" for kind in kinds if getattr(found, kind)]
    assert " ".join(said) == expected


# ------------------------------------------------------------------------------- names


NAMES = [
    (
        "Sophie Lemaire <s.lemaire@transports-vallier.example>",
        "Entretien – poste d'assistante logistique",
        "Votre candidature au poste d'assistante logistique chez Transports Vallier nous intéresse. "
        "Nous souhaiterions vous rencontrer mardi à 10h.\n\nCordialement,\n\nSophie Lemaire\n"
        "Chargée de recrutement\nTransports Vallier",
        ("Transports Vallier", "assistante logistique", "Sophie Lemaire", ""),
    ),
    (
        "Lumina Santé <notification@smartrecruiters.com>",
        "Nous avons bien reçu votre candidature",
        "Merci d'avoir postulé à l'offre Assistante de direction chez Lumina Santé.\n\n"
        "L’équipe Talents de Lumina Santé",
        ("Lumina Santé", "Assistante de direction", "", ""),
    ),
    (
        "Équipe recrutement Biscuiterie Morin <rh@biscuiterie-morin.example>",
        "Votre candidature",
        "Nous accusons réception de votre candidature au poste de responsable qualité.\n\nL'équipe recrutement",
        ("Biscuiterie Morin", "responsable qualité", "", ""),
    ),
    (
        "M. Bernard Stassart <b.stassart@acierie.example>",
        "Votre entretien",
        "Nous vous recevrons en entretien le 12 novembre à 10h pour le poste de comptable.\n\n"
        "M. Bernard Stassart\nDirecteur des ressources humaines",
        ("", "comptable", "Bernard Stassart", "Monsieur"),
    ),
    (
        "Fanny Aubert <fanny@aubert-search.example>",
        "Opportunité",
        "Mon client recherche un développeur back-end en CDI. Seriez-vous à l'écoute du marché ?\n\n"
        "Mme Fanny Aubert",
        ("", "développeur back-end", "Fanny Aubert", "Madame"),
    ),
    (
        "Hugo Lambert <hugo@atelier-numerique.example>",
        "Votre profil",
        "Nous recherchons un chef de projet digital et votre profil a attiré mon attention. "
        "Je suis responsable RH chez Atelier Numérique.\n\nÀ bientôt,\nHugo Lambert",
        ("Atelier Numérique", "chef de projet digital", "Hugo Lambert", ""),
    ),
]


@pytest.mark.parametrize(("sender", "subject", "text", "expected"), NAMES)
def test_names_are_read(sender: str, subject: str, text: str, expected: tuple[str, ...]) -> None:
    name, _, email = sender[:-1].partition(" <")
    text = f"Bonjour Claire,\n\n{text}"
    parts = split_new(text, PACKS)
    letter = Mail(
        message_id="<a@b>",
        sender=Address(email, name),
        subject=subject,
        text=text,
        new_text=parts.new,
        signature=parts.signature,
    )
    found = judge(letter, Context(own=frozenset({OWN})), PACKS, arrived=None).details
    assert (found.company, found.role, found.person, found.title) == expected


# ------------------------------------------------------------------------------- quotes

TAILS = [
    "Le lun. 2 nov. 2026 à 10:00, Anna Roy <anna@acme.example> a écrit :\n> Votre candidature est refusée.",
    "Le 2 novembre 2026 à 10:00, Anna Roy a écrit :\n\nVotre candidature est refusée.",
    "-----Message d'origine-----\nDe : Anna Roy\nEnvoyé : lundi 2 novembre 2026 10:00\nÀ : Claire\n"
    "Objet : Candidature\n\nVotre candidature est refusée.",
    "-----Message d’origine-----\nVotre candidature est refusée.",
    "De : Anna Roy <anna@acme.example>\nEnvoyé : lundi 2 novembre 2026 10:00\nÀ : Claire\n"
    "Objet : Candidature\n\nVotre candidature est refusée.",
]


@pytest.mark.parametrize("tail", TAILS)
def test_a_quoted_tail_is_cut_off(tail: str) -> None:
    found = split_new(f"Merci, à jeudi.\n\n{tail}\n", PACKS)
    assert found.new.strip() == "Merci, à jeudi."
    assert "refusée" in found.quoted


@pytest.mark.parametrize(
    "footer",
    [
        "Ce message et ses pièces jointes sont confidentiels et destinés à leur seul destinataire.",
        "Si vous n’êtes pas le destinataire de ce message, merci de le détruire.",
        "Pensez à l'environnement avant d'imprimer ce message.",
        "Envoyé de mon iPhone",
        "Se désabonner",
        "Ceci est un message automatique, merci de ne pas y répondre.",
    ],
)
def test_a_footer_is_no_news(footer: str) -> None:
    text = f"Bonjour,\n\nL'entretien est confirmé.\n\nCordialement,\nAnna Roy\n\n{footer}\n"
    assert footer[:12] not in split_new(text, PACKS).new


def test_a_forwarded_mail_is_cut_off() -> None:
    text = "Pour info.\n\n---------- Message transféré ---------\nDe : Anna Roy\nObjet : Poste\n\nRefusée."
    found = split_new(text, PACKS)
    assert "Refusée" not in found.new


# ------------------------------------------------------------------------------- letters


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_letters_read_well(kind: DraftKind, known: bool) -> None:
    for occasion in Occasion if kind in FOLLOW_UPS else (Occasion.RESULT,):
        case, now = letter_case(kind, "fr", known=known)
        if kind in FOLLOW_UPS:
            now = replace(now, occasion=occasion, held=occasion is Occasion.RESULT)
        for role in ("Ingénieure qualité", "Data Analyst", "") if known else ("",):
            found = attempt(replace(case, role=role, title=case.title), now, kind)
            assert isinstance(found, Draft), found
            assert found.text.startswith("Madame,\n" if known else "Madame, Monsieur,\n")
            assert "de Ingénieure" not in found.text
            assert " de  " not in found.text
            assert "poste de poste" not in found.text
            assert "'" not in found.text


def test_a_first_of_the_month_and_an_elision() -> None:
    texts = "me name first_name title company role weekday day month year hour minute zone place".split()
    truths = "held choose late deadline_known online".split()
    slots = {**dict.fromkeys(texts, ""), **dict.fromkeys(truths, False), "this_year": True, "questions": ()}
    slots |= {"occasion": "result", "weekday": "mardi", "day": "1", "month": "décembre", "role": "Analyste"}
    phrases = with_phrases(PACKS["fr"], slots)
    assert phrases["date"] == "mardi 1er décembre"
    assert phrases["the_role"] == "le poste d’Analyste"
    assert phrases["salutation"] == "Madame, Monsieur"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Je vous prie de répondre dès que possible.", "pressure"),
        ("Merci de me répondre immédiatement.", "pressure"),
        ("Je suis très déçue de votre silence.", "pressure"),
        ("J’attends toujours, c’est urgent.", "pressure"),
        ("Je vous écris une deuxième fois.", "again"),
        ("Voilà trois semaines que j’attends.", "counting"),
        ("Quel serait le salaire ?", "topics"),
        ("J’ai une autre offre.", "offers"),
        ("J’accepte le poste.", "decision"),
        ("Je vous appellerai demain.", "promise"),
        ("Salut, c’est super !", "slang"),
    ],
)
def test_a_pressing_letter_is_stopped(words: str, rule: str) -> None:
    text = f"Bonjour Rina,\n\n{words}\n\nBien cordialement,\nBudi Santoso\n"
    hits = lint(text, kind=DraftKind.FOLLOW_UP, language="fr", me=ME, recipients=(RINA,), packs=PACKS)
    assert any(hit.startswith(rule) for hit in hits), hits


# ------------------------------------------------------------------------------- language and the whole


@pytest.mark.parametrize(
    "text",
    [
        "Merci pour votre retour, à jeudi.",
        "Votre candidature n'a pas été retenue.",
        "On se voit demain à 14h30 ?",
        "Nous vous proposons un entretien dans nos bureaux.",
        "Je vous remercie et vous souhaite une bonne journée.",
        "Bonjour, c'est ok pour moi mardi.",
    ],
)
def test_french_is_told(text: str) -> None:
    assert detect(text, PACKS) == "fr"


def test_bodies_of_the_corpus_are_told_apart() -> None:
    right = wrong = taken = others = 0
    for row in rows():
        body = mail_from(row, PACKS).new_text
        if len(body.split()) < 5:
            continue
        found = detect(body, PACKS)
        if row["lang"] == "fr":
            right, wrong = right + (found == "fr"), wrong + (found != "fr")
        else:
            taken, others = taken + (found == "fr"), others + 1
    assert right / (right + wrong) >= 0.97
    assert taken / others <= 0.005


@pytest.mark.parametrize("voice", ["plain_hr", "plain_ats"])
def test_ordinary_mail_is_judged(voice: str) -> None:
    pairs = []
    for row in rows():
        if row["lang"] == "fr" and row["voice"] == voice:
            own = row["direction"] == "out"
            found = classify(mail_from(row, PACKS), Context(outgoing=own), PACKS)
            pairs.append((coarse(Kind(row["label"])), coarse(found.kind)))
    assert len(pairs) >= 60
    assert sum(true == found for true, found in pairs) / len(pairs) >= 0.93
    assert sum(true == "other" != found for true, found in pairs) <= 1
    refused = [true for true, found in pairs if found == "rejection"]
    assert refused.count("rejection") == len(refused)

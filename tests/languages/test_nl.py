"""Dutch: told from its neighbours, its signals and their traps, dates, promises, names, quotes, letters."""

from __future__ import annotations

import json
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
from watcher.core.model import Address, DraftKind, Fact, Kind, Mail, Occasion  # noqa: E402
from watcher.core.parse import parse  # noqa: E402
from watcher.core.scam import signs  # noqa: E402
from watcher.core.text import split_new  # noqa: E402
from watcher.packs import load_packs  # noqa: E402

PACKS = load_packs()
PACK = PACKS["nl"]
ZONE = "Europe/Amsterdam"
BASE = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo(ZONE))
OWN = "sari@example.com"
NOISE = {Kind.NEWSLETTER, Kind.JOB_ALERT, Kind.OTHER, Kind.AUTO_REPLY, Kind.BOUNCE}


def mail(text: str, *, own: bool = False, subject: str, sender: str = "hr@acme.example") -> Mail:
    """A mail with `text` as its new words."""
    return Mail(
        message_id="<a@b>",
        sender=Address(OWN if own else sender, ""),
        subject=subject,
        new_text=f"Beste Rini,\n\n{text}\n\nMet vriendelijke groet,\nSari",
    )


def kind_of(
    text: str, *, own: bool = False, subject: str = "Functie data-analist", sender: str = "hr@acme.example"
) -> Kind:
    context = Context(own=frozenset({OWN}), outgoing=own)
    return classify(mail(text, own=own, subject=subject, sender=sender), context, PACKS).kind


# ------------------------------------------------------------------------------- which language

DETECTED = [
    ("nl", "We nodigen je graag uit voor een gesprek op dinsdag om 10.00 uur."),
    ("nl", "Uw kandidatuur werd helaas niet weerhouden."),
    ("nl", "Gelieve uw aanwezigheid te bevestigen."),
    ("nl", "hoi kun je morgen ff langskomen"),
    ("nl", "Bedankt voor je sollicitatie, we laten snel iets weten."),
    ("de", "Wir laden Sie gerne zu einem Gespräch am Dienstag um 10 Uhr ein."),
    ("en", "We would like to invite you to an interview on Tuesday."),
    ("fr", "Nous vous invitons à un entretien mardi à 10 heures."),
    ("id", "Kami mengundang Bapak/Ibu untuk wawancara pada hari Kamis."),
]


@pytest.mark.parametrize(("language", "text"), DETECTED)
def test_a_language_is_told(language: str, text: str) -> None:
    assert detect(text, PACKS) == language


def corpus(language: str) -> Iterator[str]:
    for path in sorted((TESTS / "corpus" / language).glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if not row.get("html") and len(row["body"].split()) >= 12:
                yield f"{row['body']}\n{row['subject']}"


def test_dutch_is_known_as_dutch() -> None:
    found = [detect(text, PACKS) for text in corpus("nl")]
    assert found.count("nl") >= 0.97 * len(found)


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "id", "ms", "pt"])
def test_dutch_takes_no_mail_of_others(language: str) -> None:
    found = [detect(text, PACKS) for text in corpus(language)]
    assert found.count("nl") <= 0.01 * len(found)


# ------------------------------------------------------------------------------- signals

SENTENCES = [
    ("rejection", "Na zorgvuldige afweging hebben wij besloten uw sollicitatie niet voort te zetten."),
    ("rejection", "Helaas moeten we je laten weten dat we niet met je verdergaan in de procedure."),
    ("rejection", "De keuze is gevallen op een kandidaat wiens ervaring beter aansluit bij de functie."),
    ("rejection", "Wij wijzen je daarom voor deze functie af."),
    ("rejection", "Uw kandidatuur werd niet weerhouden voor de volgende ronde."),
    ("rejection", "Tot onze spijt kunnen wij niet ingaan op uw sollicitatie."),
    ("rejection", "De vacature is inmiddels vervuld."),
    ("rejection", "We vonden je profiel onvoldoende aansluiten bij wat wij zoeken."),
    ("rejection", "Jammer genoeg kwam je niet als beste kandidaat uit de bus."),
    ("rejection", "Wij hebben de functie gegund aan iemand uit onze eigen organisatie."),
    ("rejection", "Je bent het helaas niet geworden."),
    ("rejection", "Wij kunnen je op dit moment geen passende functie aanbieden."),
    ("rejection", "U voldoet niet aan de gestelde functie-eisen en komt dus niet in aanmerking."),
    ("rejection", "Je sollicitatie heeft helaas niet tot een uitnodiging geleid."),
    ("rejection", "We gaan in deze fase verder met andere kandidaten."),
    ("rejection", "Het aanbod dat wij u deden, trekken wij hierbij in."),
    ("rejection", "Op basis van het gesprek zien we geen match tussen jou en de rol."),
    ("rejection", "De procedure voor deze vacature is stopgezet, er wordt niemand aangenomen."),
    ("application_received", "Wij hebben uw sollicitatie in goede orde ontvangen."),
    ("application_received", "Bedankt voor je sollicitatie op de vacature data-analist bij Zilverkruid."),
    ("application_received", "Je cv is bij ons binnengekomen en wordt bekeken door de recruiter."),
    ("application_received", "Hiermee bevestigen we de ontvangst van jouw kandidatuur."),
    (
        "application_received",
        "Dank voor uw belangstelling voor de functie van adviseur; wij nemen uw brief in behandeling.",
    ),
    ("application_received", "Leuk dat je bij ons hebt gesolliciteerd! Binnen een week hoor je meer."),
    (
        "interview_invitation",
        "Graag nodigen wij u uit voor een sollicitatiegesprek op dinsdag 3 november om 10.00 uur.",
    ),
    ("interview_invitation", "We maken graag kennis met je, kun je donderdag om 14.00 uur?"),
    ("interview_invitation", "Wanneer kun je langskomen voor een kennismaking op ons kantoor?"),
    ("interview_invitation", "Jouw motivatie spreekt ons aan; we gaan daarom graag met je in gesprek."),
    (
        "interview_invitation",
        "De volgende stap is een gesprek met onze directeur, kies een tijdstip via de link.",
    ),
    ("interview_invitation", "Kan je volgende week dinsdag om 9 uur naar Gent komen voor een interview?"),
    ("interview_invitation", "U wordt verwacht voor een selectiegesprek op maandag 9 november om 13.15 uur."),
    (
        "interview_invitation",
        "Zou je deze week even tijd hebben voor een telefoongesprek over je sollicitatie?",
    ),
    ("interview_invitation", "Wij ontvangen je graag op 12 november om 11.00 uur voor een tweede gesprek."),
    ("interview_invitation", "Laat me weten op welke momenten je beschikbaar bent voor een gesprek."),
    ("interview_confirmation", "Hierbij bevestig ik ons gesprek van donderdag 5 november om 10.00 uur."),
    ("interview_confirmation", "Je sollicitatiegesprek staat ingepland op vrijdag om 15.30 uur."),
    (
        "interview_confirmation",
        "Zoals afgesproken zien we je woensdag om half drie op kantoor voor het gesprek.",
    ),
    ("interview_confirmation", "Vergeet niet: morgen om 9.00 uur is je interview met de teamleider."),
    ("interview_confirmation", "Prima, dan zien we je maandag om 11.00 uur voor de kennismaking."),
    ("interview_reschedule", "We moeten ons gesprek van dinsdag helaas verzetten naar donderdag."),
    ("interview_reschedule", "Kunnen we het interview een dag opschuiven?"),
    ("interview_reschedule", "Het gesprek is verplaatst naar vrijdag 6 november, 9.30 uur."),
    (
        "interview_reschedule",
        "Door ziekte kan het gesprek morgen niet doorgaan; wil je een nieuwe datum kiezen?",
    ),
    ("interview_reschedule", "Het sollicitatiegesprek begint niet om 10.00 uur maar om 11.00 uur."),
    ("interview_reschedule", "Lukt het je ook op woensdag in plaats van dinsdag voor de kennismaking?"),
    ("interview_cancellation", "Het gesprek van morgen gaat helaas niet door."),
    ("interview_cancellation", "Wij zijn genoodzaakt het sollicitatiegesprek te annuleren."),
    ("interview_cancellation", "Ik moet onze kennismaking afzeggen omdat de functie bevroren is."),
    ("interview_cancellation", "De kennismaking van vrijdag komt te vervallen."),
    ("assessment", "Wij vragen u vóór het gesprek een online capaciteitentest te maken."),
    ("assessment", "In de bijlage vind je de opdracht, die je uiterlijk vrijdag kunt inleveren."),
    ("assessment", "Vul de persoonlijkheidsvragenlijst in via onderstaande link, die zeven dagen geldig is."),
    ("assessment", "Je wordt uitgenodigd voor een assessment op 12 november bij ons testbureau."),
    ("assessment", "U wordt verwacht voor de medische keuring op maandag om 8.30 uur."),
    ("assessment", "De schriftelijke proef voor deze functie vindt plaats op zaterdag 21 november."),
    (
        "recruiter_reply",
        "Kun je ons nog een kopie van je diploma en je salarisverwachting voor deze functie mailen?",
    ),
    (
        "recruiter_reply",
        "Bedankt voor je vraag: de functie is voor 36 uur en thuiswerken kan twee dagen per week.",
    ),
    ("recruiter_reply", "Gelieve het ingevulde personeelsformulier voor uw kandidatuur terug te bezorgen."),
    ("recruiter_reply", "Wat is je opzegtermijn en per wanneer zou je in de functie kunnen starten?"),
    ("recruiter_reply", "Ben je nog steeds geïnteresseerd in de vacature?"),
    ("recruiter_reply", "Voor je sollicitatiedossier missen wij nog de gegevens van twee referenten."),
    ("status_update", "We hebben nog geen beslissing genomen over de vacature; volgende week hoor je meer."),
    ("status_update", "Je sollicitatie is doorgestuurd naar de leidinggevende van de afdeling."),
    ("status_update", "De selectieprocedure duurt iets langer dan gepland, we vragen nog wat geduld."),
    ("status_update", "Gefeliciteerd, je bent door naar de volgende ronde; onze recruiter neemt contact op."),
    ("status_update", "De werving voor deze functie ligt tijdelijk stil."),
    ("status_update", "Je bent een van de laatste twee kandidaten, we beslissen eind deze week."),
    ("recruiter_outreach", "Op LinkedIn kwam ik je profiel tegen en ik heb een mooie functie voor je."),
    (
        "recruiter_outreach",
        "Voor een opdrachtgever in Utrecht ben ik op zoek naar een controller; sta je open voor een gesprek?",
    ),
    ("recruiter_outreach", "Ben je toe aan een nieuwe uitdaging als projectleider?"),
    ("recruiter_outreach", "Wij zijn op zoek naar een planner en dachten daarbij aan jou."),
    ("offer", "Wij bieden je graag de functie van data-analist aan per 1 januari."),
    ("offer", "In de bijlage vind je de arbeidsovereenkomst, wil je die getekend terugsturen?"),
    ("offer", "Gefeliciteerd, je bent aangenomen als planner!"),
    ("offer", "We zijn unaniem: we willen jou heel graag als nieuwe collega in ons team."),
    ("offer", "Met genoegen deel ik u mee dat u bent benoemd tot beleidsadviseur met ingang van 1 februari."),
    ("offer", "We doen je graag een aanbod voor een jaarcontract met een brutosalaris van 3.600 euro."),
    (
        "application_received",
        "Bedankt voor je sollicitatie; als je profiel past, nodigen we je uit voor een gesprek.",
    ),
    (
        "application_received",
        "Wij hebben uw cv ontvangen. Alleen geselecteerde kandidaten worden uitgenodigd voor een gesprek.",
    ),
    (
        "application_received",
        "Je sollicitatie is ontvangen. Mocht je niet geselecteerd worden, dan laten we dat ook weten.",
    ),
    (
        "application_received",
        "Bedankt voor het solliciteren! Bij een match bellen we je voor een kennismaking.",
    ),
    ("status_update", "Wij hebben nog niet besloten met welke kandidaten we verdergaan."),
    (
        "status_update",
        "Je sollicitatie ligt bij de manager. Hoort u na drie weken niets, dan bent u niet geselecteerd.",
    ),
    ("rejection", "We moeten je helaas mededelen dat onze keus op een andere sollicitant is gevallen."),
    ("rejection", "Jouw cv past op dit moment niet bij het profiel dat wij voor ogen hebben."),
    ("rejection", "Wij laten je kandidatuur rusten, want we zoeken iemand met een diploma bachelor."),
    ("rejection", "We gaan je sollicitatie niet verder in behandeling nemen."),
    ("rejection", "De afdeling ziet meer in een kandidaat met ervaring in de sector."),
    ("rejection", "Ondanks je goede gesprek hebben we een ander de functie aangeboden."),
    ("rejection", "Uw kandidatuur komt niet in aanmerking voor verdere selectie."),
    ("rejection", "Bij dezen laat ik weten dat je niet doorgaat naar de tweede ronde."),
    ("rejection", "Wij hebben de procedure afgerond en de vacature is ingevuld."),
    ("rejection", "Na rijp beraad zijn we tot de conclusie gekomen dat er geen match is."),
    ("rejection", "De baan is helaas al weg, er is gisteren iemand aangenomen."),
    ("rejection", "U behoort niet tot de geselecteerde kandidaten."),
    ("rejection", "Omdat u niet tijdig hebt gereageerd, is ons aanbod vervallen."),
    (
        "interview_reschedule",
        "Sorry, er ging iets mis met de planning: het gesprek is niet dinsdag maar woensdag.",
    ),
    ("interview_reschedule", "Het gesprek wordt een half uur vervroegd, naar 9.30 uur."),
    ("interview_reschedule", "We hebben je interview moeten verplaatsen, de nieuwe tijd is 15.00 uur."),
    ("status_update", "Even een tussenbericht: de procedure loopt wat vertraging op door ziekte."),
    ("status_update", "De commissie vergadert volgende week; daarna hoor je de uitslag van de selectie."),
    ("status_update", "We zijn nog bezig met de eerste gesprekken en hopen eind deze maand te beslissen."),
    ("status_update", "Je sollicitatie is bekeken door de werkgever."),
    ("status_update", "Uw kandidatuur blijft in beraad tot de begroting is goedgekeurd."),
    ("offer", "We heten je van harte welkom in ons team per 1 februari."),
    ("offer", "Bijgaand de arbeidsovereenkomst; graag ontvangen we een getekend exemplaar retour."),
    ("offer", "Het bestuur heeft besloten u te benoemen als directeur."),
    ("offer", "Jij wordt onze nieuwe collega, gefeliciteerd!"),
    ("rejection", "Wij hebben helaas besloten uw sollicitatie af te wijzen."),
    ("rejection", "Je viel net buiten de selectie, er waren sterkere kandidaten."),
    ("rejection", "Wij kiezen ervoor om niet met je in gesprek te gaan."),
    ("rejection", "Je past wat ons betreft niet helemaal in het team dat we willen bouwen."),
    ("rejection", "Deze keer valt de keuze niet op jou."),
]
OWN_SENTENCES = [
    ("own_accept", "Hierbij bevestig ik dat ik dinsdag om 10.00 uur aanwezig zal zijn."),
    ("own_accept", "Ik neem het aanbod met veel plezier aan."),
    ("own_accept", "Donderdag om 14.00 uur komt mij prima uit."),
    ("own_thank_you", "Hartelijk dank voor het prettige gesprek van gisteren."),
    ("own_thank_you", "Ik vond het erg leuk om met jullie kennis te maken."),
    ("own_followup", "Graag wil ik informeren of er al nieuws is over mijn sollicitatie."),
    ("own_followup", "Twee weken geleden had ik een gesprek; kunt u mij zeggen hoe het ermee staat?"),
    ("own_feedback_request", "Ik respecteer uw beslissing; zou u mij een paar verbeterpunten willen geven?"),
    ("own_decline", "Ik moet uw aanbod helaas afslaan, want ik heb elders een baan aanvaard."),
    ("own_decline", "Bedankt voor je bericht, maar ik ben niet op zoek naar iets anders."),
    ("own_withdraw", "Hierbij trek ik mijn sollicitatie in."),
    ("own_withdraw", "Ik heb besloten om me terug te trekken uit de procedure."),
    ("own_reschedule", "Helaas kan ik dinsdag niet; is er een ander moment mogelijk?"),
    ("own_reschedule", "Zouden we het gesprek kunnen verzetten naar donderdag?"),
    ("own_task_done", "In de bijlage vindt u mijn uitwerking van de casus."),
    ("own_reply", "Mijn opzegtermijn is een maand en mijn cv vindt u in de bijlage."),
]
# The words of hiring in other mail.
OTHERS = [
    "Er zijn 12 nieuwe vacatures die passen bij je zoekopdracht. Bekijk alle vacatures.",
    "Vijf tips voor je sollicitatiegesprek, lees verder op onze blog. Schrijf je in voor het webinar.",
    "Uw hypotheekaanvraag is helaas afgewezen. U kunt een afspraak maken met onze adviseur.",
    "U bent niet geselecteerd als huurder van deze woning. De verhuurder koos een andere kandidaat.",
    "Uw afspraak bij de tandarts van dinsdag is verzet naar donderdag 10.00 uur.",
    "Je bent toegelaten tot de opleiding Verpleegkunde. Kom naar het intakegesprek op 12 november.",
    "Wil je meedoen aan ons gebruikersonderzoek? Het interview duurt kort en je krijgt een cadeaubon.",
    "Graag plan ik je functioneringsgesprek op dinsdag om 10.00 uur.",
    "Wil jij dinsdag aanschuiven bij de gesprekken met de kandidaten? De cv's van de sollicitanten volgen.",
    "Je wachtwoord is gewijzigd. Bevestig je e-mailadres om je account te activeren.",
    "Wij hebben je intrekking verwerkt: je sollicitatie is ingetrokken.",
    "Je oud-collega heeft je als referent opgegeven. Wil je een aanbevelingsbrief schrijven?",
    "Je loonstrook van november staat klaar.",
    "Ik ben aangenomen! Volgende week begin ik, duim voor me. Hoe ging jouw gesprek, mam?",
    "Plan een demo van onze recruitmentsoftware en vul uw vacatures sneller in.",
    "Uw visumaanvraag: de afspraak op de ambassade is bevestigd voor maandag 9.00 uur.",
    "De journalist wil je graag interviewen voor een artikel in de krant.",
    "Je verlofaanvraag is goedgekeurd.",
    "Beste ouders, het rapportgesprek over uw zoon is op donderdag om 16.00 uur.",
    "Je hebt je aangemeld voor de open dag van onze hogeschool.",
    "De offerte is helaas niet gegund aan uw bedrijf; de opdracht ging naar een andere inschrijver.",
    "We zoeken deelnemers voor een onderzoek naar werkdruk, vul de vragenlijst in.",
    "Gefeliciteerd met je nieuwe baan! Wanneer begin je? Liefs, mama",
    "Je rijexamen is gepland op 12 november om 9.00 uur.",
    "De vergadering van dinsdag is verzet naar donderdag 10.00 uur.",
    "Welkom bij onze nieuwsbrief! Lees hier de laatste vacatures en tips.",
    "Uw verzekeringsaanvraag is ontvangen, wij nemen deze in behandeling.",
    "De wijkkrant wil je graag interviewen over je vrijwilligerswerk.",
    "Je pakket wordt morgen tussen 10.00 en 12.00 uur bezorgd.",
    "Uw afspraak bij de gemeente op 12 november om 10.00 uur is bevestigd.",
    "Je bent geselecteerd voor het eerste elftal, de training is dinsdag om 19.00 uur.",
    "Deze week 40 nieuwe banen in Gent. Solliciteer direct.",
    "Nodig je collega's uit en ontvang een cadeaubon.",
    "We hebben je declaratie ontvangen en nemen die in behandeling.",
    "Je contract loopt af op 31 december en wordt niet verlengd.",
    "Leer solliciteren met onze online cursus, nu met 30% korting.",
    "Uw reservering voor vrijdag 19.00 uur is bevestigd, tot dan!",
    "Je bent uitgenodigd voor het jubileumfeest op vrijdag om 20.00 uur.",
    "Bedankt voor je aankoop, je bestelling is ontvangen.",
    "De huisarts heeft uw afspraak van dinsdag 10.00 uur geannuleerd.",
    "Meld je nu aan voor de banenmarkt op 12 november, meer dan 50 werkgevers.",
    "Uw kredietaanvraag kunnen wij helaas niet goedkeuren.",
    "Wil je vrijdag om 11.00 uur de sollicitant rondleiden? Haar cv zit in de bijlage.",
    "Jouw jaargesprek met je leidinggevende staat gepland op 12 november.",
    "Je inschrijving voor de cursus Excel is bevestigd, de test volgt na les 5.",
    "Nieuw: 6 banen als verpleegkundige in jouw regio. Bekijk vacatures.",
    "De kascommissie zoekt een nieuw lid, heb je interesse? Kom naar de ledenvergadering.",
    "Je sollicitatieplicht: geef uiterlijk vrijdag je sollicitaties door via Mijn Werkmap.",
    "Uw WW-uitkering is toegekend, lever uw inkomstenopgave in.",
    "De verhuizing van ons kantoor: vanaf maandag zitten wij op een nieuwe locatie.",
    "We hebben een nieuwe versie van de app, geef je mening in een kort interview.",
    "Uw vacature Teamassistent verloopt over drie dagen. Verleng nu en bereik meer kandidaten.",
    "Hoe voer je een goed sollicitatiegesprek als werkgever? Download ons e-book met 20 vragen.",
    "Je bent uitgenodigd voor het webinar over werving en selectie op 12 november om 15.00 uur.",
    "De gemeente nodigt u uit voor een informatieavond over het nieuwe bestemmingsplan.",
    "De verzekeraar heeft uw schadeclaim afgewezen. U voldoet niet aan de voorwaarden.",
    "We hebben gekozen voor een andere leverancier, bedankt voor uw offerte.",
    "Uw zoon is niet geplaatst op de school van uw eerste voorkeur.",
    "De subsidieaanvraag van uw stichting komt niet in aanmerking voor toekenning.",
    "Uw reisverzekering is verlengd en het contract vindt u in de bijlage.",
    "Je telefoonabonnement: teken je nieuwe contract voor vrijdag en krijg korting.",
    "Het huurcontract van de woning ligt klaar om te ondertekenen.",
    "Je hebt een afspraak met de arbodienst op dinsdag om 9.00 uur over je ziekmelding.",
    "Wil je de beoordeling van de kandidaat Peter uiterlijk morgen in het systeem zetten?",
    "Ons team is op teamuitje, het kantoor is vrijdag gesloten.",
    "De jury heeft jouw inzending voor de fotowedstrijd niet geselecteerd.",
    "Je rijles van woensdag gaat niet door, je instructeur is ziek. Plan een nieuwe datum in de app.",
    "Uw bankafspraak over beleggen is verplaatst naar donderdag 14.00 uur.",
    "Beste leden, we zoeken een nieuwe penningmeester. Heb je interesse, laat het weten.",
    "UWV: u heeft vanaf 1 november recht op een uitkering. Vul uw sollicitatieactiviteiten in.",
    "Nieuwe kandidaten voor uw functie Magazijnier: bekijk de 5 profielen die wij selecteerden.",
    "Je proefabonnement loopt af. Upgrade naar premium voor meer vacatures.",
    "Dank voor je hulp bij de sollicitatiegesprekken vandaag, we nemen Petra aan.",
    "De mondelinge toelichting op uw bezwaarschrift is gepland op 12 november om 10.00 uur.",
    "Gefeliciteerd, u bent geselecteerd als testlezer van ons tijdschrift.",
    "Uw profiel op de datingsite heeft indruk gemaakt: Mark wil je graag ontmoeten.",
    "We nodigen u uit voor de algemene vergadering van mede-eigenaars op 12 november om 19.00 uur.",
    "Het examen Nederlands is verplaatst naar 3 december. Neem uw identiteitskaart mee.",
]


@pytest.mark.parametrize(("label", "text"), SENTENCES)
def test_a_sentence_is_of_its_class(label: str, text: str) -> None:
    assert kind_of(text).value == label


@pytest.mark.parametrize(("label", "text"), OWN_SENTENCES)
def test_an_own_sentence_is_of_its_class(label: str, text: str) -> None:
    assert kind_of(text, own=True).value == label


@pytest.mark.parametrize("text", OTHERS)
def test_other_mail_is_no_news(text: str) -> None:
    assert kind_of(text, subject="", sender="info@acme.example") in NOISE


@pytest.mark.parametrize(
    ("text", "red"),
    [
        ("Betaal 75 euro administratiekosten voor uw registratie.", True),
        ("Maak de borg van 45 euro over via een betaalverzoek.", True),
        ("Verdien 200 euro per dag met het liken van video's.", True),
        ("Geef uw verificatiecode en pincode door aan onze medewerker.", True),
        ("U bent aangenomen, geen gesprek nodig.", True),
        ("Wij vragen nooit om geld of administratiekosten te betalen.", False),
        ("De kosten van de VOG vergoeden wij.", False),
    ],
)
def test_fraud_is_seen_and_warnings_are_none(text: str, red: bool) -> None:
    found, _ = signs(mail(text, subject="Vacature"), Context(), PACKS)
    assert bool(found) is red


# ------------------------------------------------------------------------------- dates


def said(moment: datetime, form: str) -> str:
    return moment.strftime(form if moment.year == BASE.year else f"%Y-{form}")


def appointment(text: str) -> str:
    """The dates of `text` in the manner of tests/core/date_phrases.py."""
    found = find_appointment(text, base=BASE, language="nl", zone=ZONE, packs=PACKS)
    if found.slots:
        return " | ".join(said(slot, "%m-%d %H:%M") for slot in found.slots)
    if found.start is None:
        return "-"
    start = said(found.start, "%m-%d" if found.day_only else "%m-%d %H:%M")
    return f"{start}-{found.end:%H:%M}" if found.end else start


APPOINTMENTS = [
    ("Het gesprek vindt plaats op donderdag 5 november 2026 om 14.00 uur.", "11-05 14:00"),
    ("We nodigen je uit voor een gesprek op dinsdag 10 november om 10:30 uur.", "11-10 10:30"),
    ("Kom je morgen om 10 uur langs voor een gesprek?", "11-03 10:00"),
    ("Het gesprek is vrijdag om half drie.", "11-06 14:30"),
    ("Kunnen we elkaar overmorgen om kwart over negen spreken?", "11-04 09:15"),
    ("Het interview is op 12 november om kwart voor elf.", "11-12 10:45"),
    ("Datum: 05-11-2026\nTijd: 13.15 uur\nLocatie: kamer 2.08", "11-05 13:15"),
    ("Datum: 5 november 2026\nTijd: 10.00 - 11.00 uur", "11-05 10:00-11:00"),
    ("Datum: donderdag 5 november\nUur: 15u", "11-05 15:00"),
    ("Het gesprek gaat door op 17 november om 15u in Lommel.", "11-17 15:00"),
    ("Wij verwachten u voor het gesprek op woensdag 18 november, 9.30 u.", "11-18 09:30"),
    ("Interview op 5 november om 10u30.", "11-05 10:30"),
    ("Gesprek op maandag 9 november van 9.30 tot 10.15 uur.", "11-09 09:30-10:15"),
    ("We verwachten je aanstaande dinsdag om 11.00 uur voor een kennismaking.", "11-03 11:00"),
    ("Ik zie je graag a.s. donderdag om 16.00 uur voor het gesprek.", "11-05 16:00"),
    ("Komende vrijdag om 9 uur is je sollicitatiegesprek.", "11-06 09:00"),
    ("Kun je volgende week dinsdag om 14.00 uur op gesprek komen?", "11-10 14:00"),
    ("Schikt dinsdag volgende week om 9 uur voor een gesprek?", "11-10 09:00"),
    ("Het gesprek is vanmiddag om 15.00 uur.", "11-02 15:00"),
    ("Vanavond om zeven uur bel ik je voor ons gesprek.", "11-02 19:00"),
    ("Dinsdagochtend om 9.00 uur kennismaken?", "11-03 09:00"),
    ("Woensdagmiddag om drie uur verwachten we u voor het gesprek.", "11-04 15:00"),
    ("Het gesprek is op 5-11-2026 om 09.00.", "11-05 09:00"),
    ("Gesprek op 05/11/2026 om 14:00", "11-05 14:00"),
    ("Het selectiegesprek is op donderdag de 12e om 13.00 uur.", "11-12 13:00"),
    ("Op 3 maart 2027 om 8.30 uur is de kennismaking.", "2027-03-03 08:30"),
    ("Uw gesprek: vr 13 nov 2026, 11:00 uur", "11-13 11:00"),
    ("Het gesprek op dinsdag 3 november is verzet naar vrijdag 6 november om 10.00 uur.", "11-06 10:00"),
    ("Ons gesprek van dinsdag moet ik verplaatsen naar donderdag 5 november, 11.30 uur.", "11-05 11:30"),
    ("Oud: vrijdag 6 november, 09.30 uur\nNieuw: maandag 9 november, 10.00 uur", "11-09 10:00"),
    (
        "Past een van deze momenten voor een gesprek?\n- wo 18 november, 9.30 uur\n- vr 20 november, 15.00 uur",
        "11-18 09:30 | 11-20 15:00",
    ),
    ("Kun je dinsdag om 10.00 uur of woensdag om 14.00 uur voor een gesprek?", "11-03 10:00 | 11-04 14:00"),
    ("Het gesprek duurt een uur en is op 5 november om 14.00 uur.", "11-05 14:00-15:00"),
    ("We spreken elkaar op 9 november om 10.00 uur, 30 minuten, via Teams.", "11-09 10:00"),
    ("Bedankt voor je sollicitatie van 1 november 2026.", "-"),
    ("Ons kantoor is bereikbaar op werkdagen van 9.00 tot 17.00 uur.", "-"),
    ("Het gesprek is op vrijdag 5 november 2026 om 10.00 uur.", "-"),
    ("De online kennismaking is op 11 november om 16.00 uur (Nederlandse tijd).", "11-11 16:00"),
    ("Maandag 16 november 2026 te 11.45 uur verwachten wij u voor een selectiegesprek.", "11-16 11:45"),
    ("U wordt verwacht op 19 november 2026 om 8.45 uur voor de keuring.", "11-19 08:45"),
]
PROMISES = [
    ("Je hoort binnen twee weken van ons.", "by 11-16"),
    ("We nemen uiterlijk vrijdag 13 november contact met je op.", "by 11-13"),
    ("Wij laten u binnen 5 werkdagen weten of u wordt uitgenodigd.", "by 11-09"),
    ("Je krijgt volgende week een reactie.", "by 11-13"),
    ("Eind volgende week nemen we een besluit.", "by 11-13"),
    ("We komen eind deze week bij je terug.", "by 11-06"),
    ("U verneemt voor 20 november van ons.", "by 11-19"),
    ("U hoort uiterlijk 1 december van ons.", "by 12-01"),
    ("Wij streven ernaar om binnen drie weken te reageren.", "by 11-23"),
    ("Eind november hoor je meer.", "by 11-30"),
    ("Begin december laten we je weten hoe het verder gaat.", "by 12-10"),
    ("We hebben nog een week nodig om een beslissing te nemen.", "by 11-09"),
    ("Na de kerstvakantie hoor je van ons.", "by 01-12"),
    ("Morgen laat ik je weten hoe het verder gaat.", "by 11-03"),
    ("Over twee weken nemen we contact met je op.", "by 11-16"),
    ("U ontvangt binnen 48 uur een reactie.", "by 11-04"),
    ("Indien u binnen drie weken niets van ons hoort, bent u niet geselecteerd.", "silence 11-23"),
    (
        "Als je na twee weken nog niets hebt gehoord, kun je ervan uitgaan dat je niet in aanmerking komt.",
        "silence 11-16",
    ),
    ("Heb je over twee weken nog niets gehoord, bel me dan gerust.", "ask 11-16"),
    ("Als je volgende week vrijdag nog niets van ons gehoord hebt, mail me gerust.", "ask 11-13"),
    ("Wil je de test vóór 8 november maken?", "due 11-07"),
    ("De opdracht kun je uiterlijk vrijdag 13 november om 12.00 uur inleveren.", "due 11-13"),
    ("Je hebt tot en met zondag 8 november de tijd voor de test.", "due 11-08"),
    ("De link is 7 dagen geldig.", "due 11-09"),
    ("Gelieve ons uiterlijk 10 november uw antwoord te bezorgen.", "due 11-10"),
    ("Laat je me voor vrijdag weten of je akkoord gaat?", "due 11-05"),
    ("Het aanbod is geldig tot 25 november.", "due 11-25"),
    ("Ik ontvang het contract graag ondertekend retour voor 20 november.", "due 11-19"),
    ("Wil je je cv binnen drie dagen mailen?", "due 11-05"),
    ("Ik ben tot en met 13 november met vakantie.", "back 11-13"),
    ("Ik ben afwezig en op 16 november ben ik er weer.", "back 11-16"),
    ("Bedankt voor je sollicitatie. Binnen tien werkdagen krijg je bericht.", "by 11-16"),
    ("Het gesprek duurt ongeveer een uur.", "-"),
    ("Je werkt 32 uur per week.", "-"),
    ("Ik heb 5 jaar ervaring.", "-"),
]


@pytest.mark.parametrize(("text", "expected"), APPOINTMENTS)
def test_an_appointment_is_read(text: str, expected: str) -> None:
    assert appointment(text) == expected


@pytest.mark.parametrize(("text", "expected"), PROMISES)
def test_a_promise_is_read(text: str, expected: str) -> None:
    found = find_promises(text, base=BASE, language="nl", zone=ZONE, calendar_country="NL", packs=PACKS)
    named = {
        "by": found.promise_by,
        "silence": found.silence_by,
        "ask": found.ask_from,
        "due": found.deadline,
        "back": found.back,
    }
    read = " & ".join(f"{name} {value:%m-%d}" for name, value in named.items() if value)
    assert (read or "-") == expected


# ------------------------------------------------------------------------------- names, quotes

NAMES = [
    ("Bedankt voor je sollicitatie als Data Analist bij Zilverkruid.", "Zilverkruid", "Data Analist"),
    ("We nodigen je uit voor een gesprek over de functie van Projectleider Bouw.", "", "Projectleider Bouw"),
    (
        "Je hebt gesolliciteerd op de vacature Juridisch Adviseur bij Gemeente Veldrijk.",
        "Gemeente Veldrijk",
        "Juridisch Adviseur",
    ),
    ("Wij bieden u de functie van juridisch adviseur aan.", "", "juridisch adviseur"),
    ("Uw kandidatuur voor de vacature van Magazijnier is goed ontvangen.", "", "Magazijnier"),
    ("Bedankt voor je sollicitatie op onze vacature.", "", ""),
    ("Het gesprek vindt plaats bij de receptie op dinsdag.", "", ""),
    ("Voor onze opdrachtgever zoeken we iemand zoals jij.", "", ""),
]


def fact_of(text: str, subject: str = "Bericht") -> Fact:
    written = EmailMessage()
    written["From"], written["To"] = "Nora Smit <nora@mel.example>", f"Sari <{OWN}>"
    written["Subject"], written["Message-ID"] = subject, "<a@b>"
    written["Date"] = "Mon, 02 Nov 2026 09:00:00 +0100"
    written.set_content(f"Beste Sari,\n\n{text}\n\nMet vriendelijke groet,\nNora Smit\n")
    return judge(parse(written.as_bytes(), PACKS), Context(zone=ZONE, country="NL"), PACKS, arrived=BASE)


@pytest.mark.parametrize(("text", "company", "role"), NAMES)
def test_a_post_is_named_or_unknown(text: str, company: str, role: str) -> None:
    fact = fact_of(text)
    assert (fact.details.company, fact.details.role) == (company, role)
    assert fact.details.person == "Nora Smit"


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Kun je me laten weten of dinsdag schikt?", True),
        ("Gelieve uw aanwezigheid te bevestigen.", True),
        ("Stuur je cv vóór vrijdag.", True),
        ("Heb je nog vragen? Neem gerust contact op.", False),
        ("We hebben je sollicitatie ontvangen en nemen contact met je op.", False),
    ],
)
def test_an_ask_is_seen(text: str, asks: bool) -> None:
    assert fact_of(text, "Uw sollicitatie als planner").details.ask is asks


REPLY = "Prima, ik kom dinsdag.\n\n"


@pytest.mark.parametrize(
    "tail",
    [
        "Van: Nora Smit\nVerzonden: donderdag 5 november 2026 17:40\nAan: Sari\nOnderwerp: Gesprek\n\nKom je?",
        "-----Oorspronkelijk bericht-----\nVan: Nora\nOnderwerp: Gesprek\n\nKom je dinsdag?",
        "Op ma 5 okt. 2026 om 09:12 schreef Nora Smit <nora@mel.example>:\n> Kom je dinsdag?",
        "Op 5 okt 2026, om 09:12 heeft Nora <nora@mel.example> het volgende geschreven:\n\n> Kom je?",
        "Op 18 nov. 2026 om 15:40 schreef Nora:\n> Kom je dinsdag?",
        "> Kom je dinsdag?",
        "Verstuurd vanaf mijn iPhone",
        "Disclaimer: dit bericht is uitsluitend bestemd voor de geadresseerde.",
    ],
)
def test_quoted_words_are_not_new(tail: str) -> None:
    assert split_new(REPLY + tail, PACKS).new.strip() == REPLY.strip()


def test_the_close_of_a_letter_is_its_signature() -> None:
    found = split_new("Tot dinsdag.\n\nMet vriendelijke groet,\nNora Smit\nHR-adviseur", PACKS)
    assert found.new.strip() == "Tot dinsdag."
    assert "Nora Smit" in found.signature


# ------------------------------------------------------------------------------- letters


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_is_written(kind: DraftKind, known: bool) -> None:
    for occasion in Occasion if kind in FOLLOW_UPS else (Occasion.CONTACT,):
        case, stands = letter_case(kind, "nl", known=known)
        if kind in FOLLOW_UPS:
            stands = replace(stands, occasion=occasion)
        draft = attempt(case, stands, kind, zone=ZONE)
        assert isinstance(draft, Draft), draft
        assert draft.text.startswith(("Geachte ", "Geacht ", "Beste "))
        assert draft.text.rstrip().endswith("Budi Santoso")
        assert "  " not in draft.text and " ," not in draft.text and "None" not in draft.text


PRESSING = [
    "Graag ontvang ik zo spoedig mogelijk antwoord.",
    "Dit is mijn tweede herinnering.",
    "Ik wacht nog steeds op uw antwoord.",
    "Het is nu drie weken geleden.",
    "Wat is het salaris?",
    "Ik heb een ander aanbod.",
    "Ik accepteer het aanbod.",
    "Ik zal u morgen bellen.",
    "Kun je me antwoorden?",
    "Hoi, groetjes!",
]


@pytest.mark.parametrize("sentence", PRESSING)
def test_a_pressing_letter_is_none(sentence: str) -> None:
    case, stands = letter_case(DraftKind.FOLLOW_UP, "nl", known=True)
    draft = attempt(case, stands, DraftKind.FOLLOW_UP, zone=ZONE)
    assert isinstance(draft, Draft)
    text = draft.text.replace("\n\nMet vriendelijke", f" {sentence}\n\nMet vriendelijke")
    given = {"kind": DraftKind.FOLLOW_UP, "language": "nl", "me": ME, "recipients": [RINA], "packs": PACKS}
    assert lint(draft.text, subject=draft.subject, **given) == ()  # type: ignore[arg-type]
    assert lint(text, subject=draft.subject, **given) != ()  # type: ignore[arg-type]

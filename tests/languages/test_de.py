"""The German pack: dates, promises, what sentences point to, what is no job mail, quotes, letters, names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from watcher.core.asks import find_asks
from watcher.core.classify import Context, classify
from watcher.core.dates import Appointment, find_appointment
from watcher.core.draft import Draft, compose
from watcher.core.extract import find_names
from watcher.core.language import detect
from watcher.core.letter import render, with_phrases
from watcher.core.lint import lint
from watcher.core.model import (
    Address,
    Details,
    DraftKind,
    Fact,
    Kind,
    Mail,
    Occasion,
    Process,
    Situation,
    State,
    Turn,
    Verdict,
)
from watcher.core.promises import Promises, find_promises
from watcher.core.text import split_new
from watcher.packs import load_packs

PACKS = load_packs()
ZONE = "Europe/Berlin"
BASE = datetime(2026, 11, 2, 9, 0, tzinfo=ZoneInfo(ZONE))  # a Monday
ME = Address("sari@mail.example", "Sari Wulandari")
NOISE = {"other", "newsletter", "job_alert", "auto_reply"}

# "11-05 10:00" a time, "11-05 10:00-11:00" with its end, " | " between options, "-" none.
DATES = [
    ("Vorstellungsgespräch: Donnerstag, 5. November 2026, 10:00 Uhr", "11-05 10:00"),
    ("Wir laden Sie am Donnerstag, den 5. November 2026 um 10 Uhr ein.", "11-05 10:00"),
    ("am Donnerstag, dem 05.11.2026, um 10.30 Uhr zum Gespräch", "11-05 10:30"),
    ("Gespräch am 5.11. um 10 Uhr", "11-05 10:00"),
    ("Do, 5.11., 14:00 Uhr Interview", "11-05 14:00"),
    ("Do. 5. Nov. 2026, 14.00 Uhr Interview", "11-05 14:00"),
    ("Gespräch am 5. November um halb elf", "11-05 10:30"),
    ("Gespräch am 5. November um halb 11", "11-05 10:30"),
    ("Gespräch morgen um 14.30 Uhr", "11-03 14:30"),
    ("Gespräch übermorgen um 9 Uhr", "11-04 09:00"),
    ("Interview heute um 16 Uhr", "11-02 16:00"),
    ("Datum: 5.11.2026\nUhrzeit: 10:00 - 11:00 Uhr", "11-05 10:00-11:00"),
    ("Termin: 05.11.2026, 10:00 bis 11:30 Uhr", "11-05 10:00-11:30"),
    ("Gespräch am 5. November von 10 bis 11 Uhr", "11-05 10:00-11:00"),
    ("Wann: Donnerstag, 5. November, 9.15 Uhr", "11-05 09:15"),
    ("Vorstellungsgespräch am 12. Jänner 2027 um 9 Uhr", "2027-01-12 09:00"),
    ("Gespräch am 2. März 2027 um 9 Uhr", "2027-03-02 09:00"),
    ("Interview am Freitag um 11 Uhr", "11-06 11:00"),
    ("Gespräch am kommenden Freitag um 11 Uhr", "11-06 11:00"),
    ("Gespräch am 5. November um 15 Uhr MEZ", "11-05 15:00"),
    ("Gespräch am 5. November um viertel nach neun", "11-05 09:15"),
    ("Gespräch am 5. November um 3 Uhr nachmittags", "11-05 15:00"),
    ("Gespräch am Mittwoch, 11. November, 14 Uhr, Raum 3.12", "11-11 14:00"),
    (
        "zur Auswahl stehen Montag, 9.11. um 10 Uhr oder Dienstag, 10.11. um 14 Uhr für das Gespräch",
        "11-09 10:00 | 11-10 14:00",
    ),
    (
        "Wir bieten Ihnen folgende Termine an:\n• 9. November, 10:00 Uhr\n• 10. November, 14:00 Uhr",
        "11-09 10:00 | 11-10 14:00",
    ),
    ("Der Termin am 5. November um 10 Uhr wird auf den 6. November um 11 Uhr verschoben.", "11-06 11:00"),
    (
        "Unser Gespräch findet nicht am Montag, sondern am Mittwoch, 11. November um 9 Uhr statt.",
        "11-11 09:00",
    ),
    ("Statt um 10 Uhr treffen wir uns am 5. November erst um 14 Uhr zum Gespräch.", "11-05 14:00"),
    ("Ihre Bewerbung vom 12.10.2026 ist eingegangen.", "-"),
    ("Unsere Bürozeiten: Montag bis Freitag von 9 bis 17 Uhr.", "-"),
    ("Guten Morgen Frau Weber, danke für Ihre Nachricht.", "-"),
    (
        "Neuer Termin: 16. November 2026, 15:00 Uhr\nBisheriger Termin: 13. November 2026, 11:30 Uhr",
        "11-16 15:00",
    ),
    ("Das Gespräch findet am Mittwoch, 5. November 2026 um 10 Uhr statt.", "- ?weekday"),
    ("Interview am Di 10.11.2026 um 8 Uhr", "11-10 08:00"),
    ("Gehalt: 45.000 Euro im Jahr", "-"),
    ("Vorstellungsgespräch am Freitag, 6. November um 10 h", "11-06 10:00"),
    ("Gespräch am 5. November gegen 10 Uhr", "11-05 10:00"),
]

# "by" a promise, "due" a deadline, "silence" and "ask" the two clauses of silence, "back" a leave notice.
PROMISES = [
    ("Wir melden uns bis Freitag bei Ihnen.", "by 11-06 17:00"),
    ("Wir werden uns bis Ende nächster Woche bei Ihnen melden.", "by 11-13 17:00"),
    ("Sie hören spätestens am 13. November von uns.", "by 11-13 17:00"),
    ("Sie erhalten innerhalb von zwei Wochen eine Rückmeldung von uns.", "by 11-16 17:00"),
    ("Wir geben Ihnen in den nächsten zwei Wochen Bescheid.", "by 11-16 17:00"),
    ("Ich melde mich in einer Woche bei dir.", "by 11-09 17:00"),
    ("Wir melden uns innerhalb von 5 Werktagen.", "by 11-09 17:00"),
    ("Die Entscheidung fällt bis Ende November.", "by 11-30 17:00"),
    ("Bis zum 20.11. bekommst du Bescheid von uns.", "by 11-20 17:00"),
    ("Wir kommen Anfang nächster Woche auf Sie zu.", "by 11-10 17:00"),
    ("Ich rufe Sie morgen an.", "by 11-03 17:00"),
    ("Du hörst bis Mittwoch von mir.", "by 11-04 17:00"),
    ("Spätestens in drei Wochen erhalten Sie eine Antwort von uns.", "by 11-23 17:00"),
    ("Wir melden uns in 1-2 Wochen.", "by 11-16 17:00"),
    ("Wir informieren Sie bis zum Ende der Woche.", "by 11-06 17:00"),
    ("Wir melden uns in Kürze bei Ihnen.", "-"),
    ("Wir melden uns so schnell wie möglich.", "-"),
    ("Sie erhalten in den nächsten Tagen eine Rückmeldung.", "-"),
    ("Bitte geben Sie uns bis Freitag Bescheid.", "due 11-06 23:59"),
    ("Bitte senden Sie uns Ihre Unterlagen bis zum 13. November zu.", "due 11-13 23:59"),
    ("Teilen Sie uns bitte bis Mittwoch mit, welcher Termin Ihnen passt.", "due 11-04 23:59"),
    ("Wir bitten um Rückmeldung bis zum 10.11.2026.", "due 11-10 23:59"),
    ("Bitte bearbeiten Sie den Test innerhalb von fünf Tagen.", "due 11-07 23:59"),
    ("Der Zugang läuft am 10.11.2026 ab.", "due 11-10 23:59"),
    ("Du hast bis Sonntag Zeit.", "due 11-08 23:59"),
    ("Abgabefrist: 8. November 2026", "due 11-08 23:59"),
    ("Bitte schick uns deine Lösung bis Sonntag, 8. November.", "due 11-08 23:59"),
    ("Geöffnet bis: 8.11.2026, 18:00 Uhr", "due 11-08 18:00"),
    (
        "Sollten Sie bis zum 30. November nichts von uns hören, betrachten Sie dies bitte als Absage.",
        "silence 11-30 17:00",
    ),
    (
        "Wenn Sie innerhalb von vier Wochen keine Rückmeldung erhalten, konnten wir Ihre "
        "Bewerbung leider nicht berücksichtigen.",
        "silence 11-30 17:00",
    ),
    (
        "Falls du in zwei Wochen nichts von uns gehört hast, ist die Stelle anderweitig besetzt.",
        "silence 11-16 17:00",
    ),
    ("Falls Sie bis Freitag nichts von uns hören, melden Sie sich bitte.", "ask 11-06 17:00"),
    ("Wenn du bis Ende der Woche nichts von mir gehört hast, ruf mich gern an.", "ask 11-06 17:00"),
    ("Ich bin bis zum 9. November nicht im Büro.", "back 11-09 09:00"),
    ("Ab dem 10. November bin ich wieder im Büro.", "back 11-10 09:00"),
    ("Ich bin bis einschließlich Freitag im Urlaub.", "back 11-06 09:00"),
    ("Vor zwei Wochen haben wir uns bei Ihnen gemeldet.", "-"),
    ("Wir suchen seit drei Monaten Verstärkung.", "-"),
    ("Wir melden uns bis Mitte November bei Ihnen.", "by 11-20 17:00"),
    ("Wir melden uns Ende der Woche.", "by 11-06 17:00"),
    ("Im Laufe der nächsten Woche melden wir uns.", "by 11-13 17:00"),
    ("Innerhalb der nächsten 10 Werktage erhalten Sie Bescheid.", "by 11-16 17:00"),
    ("Die Auswahl wird etwa zwei bis drei Wochen dauern.", "by 11-23 17:00"),
    ("Das Angebot gilt bis zum 20. November.", "due 11-20 23:59"),
    ("Ich bin erst ab Montag, 16. November wieder erreichbar.", "back 11-16 09:00"),
    (
        "Wir bitten Sie, den Arbeitsvertrag bis zum 30. November unterschrieben zurückzusenden.",
        "due 11-30 23:59",
    ),
]

SENTENCES = [
    (
        "interview_invitation",
        "Ihre Bewerbung hat unser Interesse geweckt, und wir würden uns gerne mit Ihnen unterhalten.",
    ),
    (
        "interview_invitation",
        "Wir würden uns freuen, Sie am 12. November um 10 Uhr zu einem Gespräch bei uns "
        "begrüßen zu dürfen. Bitte bestätigen Sie den Termin.",
    ),
    ("interview_invitation", "Bitte buche dir über den Link einen Termin für unser Kennenlernen."),
    (
        "interview_invitation",
        "Können Sie am Donnerstag um 15 Uhr zu einem Vorstellungsgespräch in unsere Praxis kommen?",
    ),
    ("interview_invitation", "Magst du nächste Woche auf einen Kaffee bei uns im Büro vorbeikommen?"),
    (
        "interview_invitation",
        "Im nächsten Schritt möchte Sie unser Abteilungsleiter gern persönlich kennenlernen.",
    ),
    (
        "interview_invitation",
        "Reisekosten können leider nicht übernommen werden. Wir laden Sie zum "
        "Vorstellungsgespräch am 3. Dezember um 9 Uhr ein.",
    ),
    (
        "interview_invitation",
        "Teilen Sie uns bitte mit, ob Sie den Gesprächstermin am 3. Dezember wahrnehmen können.",
    ),
    ("interview_invitation", "Wir laden Sie zu einem strukturierten Auswahlgespräch ein."),
    ("interview_confirmation", "Vielen Dank für Ihre Zusage. Wir sehen uns am Montag um 10 Uhr."),
    ("interview_confirmation", "Hier noch einmal die Eckdaten zu Ihrem Gespräch am Montag um 10 Uhr."),
    (
        "interview_confirmation",
        "Wie telefonisch besprochen treffen wir uns am Mittwoch um 9 Uhr zum Gespräch.",
    ),
    ("interview_confirmation", "Dein Interview ist gebucht: Freitag, 13. November, 14 Uhr."),
    ("interview_confirmation", "Denken Sie bitte an Ihr Gespräch morgen um 11 Uhr."),
    (
        "interview_reschedule",
        "Unser Gespräch am Dienstag müssen wir leider um eine Stunde nach hinten verschieben.",
    ),
    (
        "interview_reschedule",
        "Leider ist Herr Klein am Donnerstag verhindert, können wir einen anderen Termin "
        "für das Interview finden?",
    ),
    (
        "interview_reschedule",
        "Der ursprünglich für Montag geplante Termin wird auf Mittwoch, 10 Uhr verlegt.",
    ),
    (
        "interview_reschedule",
        "Das Interview findet nun nicht vor Ort, sondern per Video statt, der neue Link folgt.",
    ),
    ("interview_cancellation", "Das Vorstellungsgespräch am Freitag muss leider entfallen."),
    ("interview_cancellation", "Ihr Termin zum Interview wurde vom Veranstalter abgesagt."),
    (
        "interview_cancellation",
        "Wegen eines Einstellungsstopps können wir das Gespräch morgen nicht durchführen.",
    ),
    ("assessment", "Bitte absolvieren Sie innerhalb von fünf Tagen unseren Online-Einstellungstest."),
    ("assessment", "Anbei die Fallstudie, bitte senden Sie uns Ihre Ausarbeitung bis Montag."),
    ("assessment", "Wir möchten Sie zu einem Probetag am Samstag einladen."),
    ("assessment", "Sie sind zum Assessment-Center am 25. November eingeladen."),
    (
        "assessment",
        "Vor der Einstellung ist eine betriebsärztliche Untersuchung nötig, bitte "
        "vereinbaren Sie einen Termin beim Betriebsarzt.",
    ),
    (
        "application_received",
        "Wir haben Ihre Unterlagen erhalten und melden uns nach der Sichtung bei Ihnen.",
    ),
    (
        "application_received",
        "Bitte haben Sie Verständnis, dass wir nicht jede Bewerbung einzeln beantworten "
        "können. Ihre Bewerbung ist bei uns eingegangen.",
    ),
    (
        "application_received",
        "Ihre Bewerbung wurde erfolgreich an uns übermittelt. Wenn Ihr Profil passt, "
        "laden wir Sie zu einem Vorstellungsgespräch ein.",
    ),
    (
        "application_received",
        "Danke für dein Interesse an unserer Stelle, wir schauen uns deine Unterlagen nun in Ruhe an.",
    ),
    ("recruiter_reply", "Bitte reichen Sie noch Ihr letztes Arbeitszeugnis nach."),
    ("recruiter_reply", "Welche Gehaltsvorstellung haben Sie?"),
    ("recruiter_reply", "Ab wann stünden Sie uns zur Verfügung und wie lang ist Ihre Kündigungsfrist?"),
    ("recruiter_reply", "Wären Sie auch bereit, im Schichtdienst zu arbeiten?"),
    ("recruiter_reply", "Vielen Dank für Ihre Rückmeldung, ich kläre das mit dem Fachbereich."),
    ("recruiter_reply", "Ja, Homeoffice ist an zwei Tagen pro Woche möglich."),
    ("status_update", "Eine Entscheidung über die Besetzung ist noch nicht gefallen."),
    ("status_update", "Wir haben uns noch nicht entschieden und melden uns nächste Woche."),
    ("status_update", "Sie sind eine Runde weiter, wir melden uns wegen der nächsten Schritte."),
    ("status_update", "Wir haben Ihre Bewerbung an die Fachabteilung weitergeleitet."),
    (
        "status_update",
        "Sollten Sie innerhalb von vier Wochen nichts von uns hören, betrachten Sie dies bitte als Absage.",
    ),
    ("status_update", "Das Verfahren verzögert sich, wir bitten Sie um Geduld."),
    ("status_update", "Die Besetzung der Stelle wurde vorerst zurückgestellt."),
    (
        "recruiter_outreach",
        "Für unseren Kunden suchen wir eine Buchhalterin in Festanstellung, wäre das für Sie interessant?",
    ),
    (
        "recruiter_outreach",
        "Ich habe Ihr Profil auf LinkedIn gesehen und denke, dass unsere offene Stelle "
        "gut zu Ihnen passen würde.",
    ),
    (
        "recruiter_outreach",
        "Sind Sie aktuell offen für einen Jobwechsel? Ich habe eine spannende Position für Sie.",
    ),
    (
        "rejection",
        "Nach eingehender Prüfung haben wir uns entschieden, Ihre Bewerbung nicht weiter zu verfolgen.",
    ),
    (
        "rejection",
        "Wir bedauern, Ihnen mitteilen zu müssen, dass unsere Wahl auf eine andere Kandidatin gefallen ist.",
    ),
    ("rejection", "Leider können wir Ihnen keine Stelle anbieten."),
    ("rejection", "Leider können wir Sie nicht zu einem Vorstellungsgespräch einladen."),
    ("rejection", "Wir haben uns für einen internen Kandidaten entschieden."),
    ("rejection", "Die Position ist bereits vergeben."),
    ("rejection", "Deine Erfahrung passt leider nicht ganz zu dem, was wir suchen."),
    ("rejection", "Heute müssen wir Ihnen leider eine Absage erteilen."),
    ("rejection", "Sie gehören leider nicht zum Kreis der Personen, die wir in die engere Wahl nehmen."),
    ("rejection", "Ihre Bewerbung konnte leider nicht berücksichtigt werden."),
    ("offer", "Wir möchten Sie als Data Analyst einstellen und bieten Ihnen die Stelle zum 1. Januar an."),
    (
        "offer",
        "Im Anhang finden Sie den Arbeitsvertrag in zweifacher Ausfertigung, bitte "
        "senden Sie uns ein Exemplar unterschrieben zurück.",
    ),
    ("offer", "Unsere Wahl ist auf Sie gefallen."),
    ("offer", "Glückwunsch, du hast die Stelle!"),
    ("offer", "Gerne erteilen wir Ihnen eine Zusage für die Stelle."),
    ("own_accept", "Sehr gerne nehme ich die Einladung zum Gespräch an."),
    ("own_accept", "Der Termin passt mir sehr gut, ich werde pünktlich da sein."),
    ("own_decline", "Ich möchte Ihr Angebot nicht annehmen, weil ich mich anders entschieden habe."),
    ("own_withdraw", "Ich möchte mich aus dem Bewerbungsverfahren zurückziehen."),
    ("own_followup", "Darf ich fragen, wie der aktuelle Stand meiner Bewerbung ist?"),
    ("own_thank_you", "Herzlichen Dank für das freundliche Gespräch am Dienstag."),
    ("own_reschedule", "Wäre es möglich, unser Gespräch auf nächste Woche zu verschieben?"),
    ("own_task_done", "Im Anhang finden Sie meine Ausarbeitung der Fallstudie."),
    (
        "own_feedback_request",
        "Ich respektiere Ihre Entscheidung und würde mich über ein kurzes Feedback freuen.",
    ),
    (
        "own_closing",
        "Vermutlich ist die Stelle bereits besetzt; für die Zukunft wünsche ich Ihnen "
        "und Ihrem Team alles Gute.",
    ),
]

# Hedges, negations and boilerplate: such a sentence is not what its words look like.
TRAPS = [
    ("rejection", "Unvollständige Bewerbungen können leider nicht berücksichtigt werden."),
    ("rejection", "Im Falle einer Absage werden Ihre Unterlagen nach sechs Monaten gelöscht."),
    ("rejection", "Wir können Ihnen noch keine Zusage geben."),
    ("rejection", "Von telefonischen Rückfragen bitten wir abzusehen."),
    ("rejection", "Leider habe ich Sie telefonisch nicht erreicht."),
    ("rejection", "Leider konnten wir Ihren Lebenslauf nicht öffnen."),
    (
        "interview_invitation",
        "Kandidaten, die in die engere Auswahl kommen, laden wir zu einem Vorstellungsgespräch ein.",
    ),
    (
        "interview_invitation",
        "Sobald wir Ihre Unterlagen geprüft haben, laden wir Sie gegebenenfalls zu einem Gespräch ein.",
    ),
    ("offer", "Bei Passung bieten wir Ihnen eine unbefristete Stelle an."),
    ("interview_cancellation", "Wenn Sie den Termin absagen möchten, klicken Sie bitte hier."),
    ("interview_reschedule", "Möchten Sie den Termin verschieben, nutzen Sie bitte den Link."),
]

# Subject and text of mail about something else, in the words of hiring.
UNRELATED = [
    (
        "Ihre Bestellung 4711",
        "Vielen Dank für Ihre Bestellung. Wir haben Ihre Bestellung erhalten und senden "
        "Ihnen eine Versandbestätigung, sobald die Ware unser Haus verlässt.\n\nMit "
        "freundlichen Grüßen\nIhr Kundenservice",
    ),
    (
        "Termin Heizungswartung",
        "Sehr geehrte Frau Rini,\n\nunser Monteur kommt am Dienstag, 10. November "
        "zwischen 8 und 10 Uhr zu Ihnen. Bitte bestätigen Sie den Termin.\n\nStadtwerke",
    ),
    (
        "Einladung zur Eigentümerversammlung",
        "Sehr geehrte Damen und Herren,\n\nhiermit laden wir Sie zur ordentlichen "
        "Eigentümerversammlung am 24. November um 18 Uhr ein. Bitte teilen Sie uns mit, "
        "ob Sie teilnehmen.",
    ),
    (
        "Geburtstag",
        "Hallo Rini, ich feiere am Samstag meinen Geburtstag und möchte dich herzlich "
        "einladen. Hast du Zeit? LG Tom",
    ),
    (
        "Ihr Beratungsgespräch",
        "Sehr geehrte Frau Rini,\n\nwir bestätigen Ihren Termin zum Beratungsgespräch in "
        "unserer Filiale am 12. November um 15 Uhr. Ihr Berater ist Herr "
        "Kurz.\n\nSparkasse",
    ),
    (
        "Reklamation abgelehnt",
        "Sehr geehrte Frau Rini,\n\nnach Prüfung müssen wir Ihnen leider mitteilen, dass "
        "wir Ihre Reklamation nicht anerkennen können.\n\nKundenservice",
    ),
    (
        "Ihre Anfrage zur Ferienwohnung",
        "Guten Tag Frau Rini,\n\nleider ist die Wohnung in Ihrem Wunschzeitraum bereits "
        "vergeben. Gern können wir Ihnen eine andere anbieten.",
    ),
    (
        "Elternabend",
        "Liebe Eltern,\n\nam 17. November um 19 Uhr findet der Elternabend statt. Über "
        "Ihr Kommen freuen wir uns.\n\nKlassenlehrerin 3b",
    ),
    (
        "Probetraining",
        "Hallo Rini,\n\nschön, dass du dich für ein Probetraining angemeldet hast. Dein "
        "Termin: Mittwoch, 18 Uhr. Bring bitte Sportkleidung mit!\n\nDein Fitnessstudio",
    ),
    (
        "Rechnung 2026-118",
        "Sehr geehrte Frau Rini,\n\nanbei erhalten Sie die Rechnung für Oktober. Bitte "
        "überweisen Sie den Betrag bis zum 20. November.",
    ),
    (
        "Umfrage",
        "Liebe Kundin,\n\nIhre Meinung ist uns wichtig. Nehmen Sie an unserer Umfrage "
        "teil und gewinnen Sie einen Gutschein.",
    ),
    (
        "Wohnungsbesichtigung",
        "Sehr geehrte Frau Rini,\n\nvielen Dank für Ihre Bewerbung um die "
        "3-Zimmer-Wohnung. Wir laden Sie zur Besichtigung am Samstag um 11 Uhr ein. "
        "Bitte bringen Sie Ihre Gehaltsnachweise mit.\n\nHausverwaltung Roth",
    ),
    (
        "Steuererklärung",
        "Sehr geehrte Frau Rini,\n\nzur Bearbeitung Ihrer Steuererklärung benötigen wir "
        "noch folgende Unterlagen: Lohnsteuerbescheinigung und Spendenbelege. Bitte "
        "senden Sie uns diese bis Freitag.\n\nSteuerkanzlei Pohl",
    ),
    (
        "Kita-Platz",
        "Liebe Familie Rini,\n\nleider können wir Ihnen für August keinen Platz in "
        "unserer Kita anbieten. Wir setzen Sie auf die Warteliste.",
    ),
    (
        "Ihr Stipendienantrag",
        "Sehr geehrte Frau Rini,\n\ndie Auswahlkommission hat entschieden. Leider "
        "konnten wir Ihre Bewerbung um das Stipendium nicht berücksichtigen. Die Zahl "
        "der Bewerbungen war sehr hoch.",
    ),
    (
        "Teammeeting verschoben",
        "Hallo zusammen,\n\nunser Teammeeting am Donnerstag wird auf 14 Uhr verschoben. "
        "Bitte tragt euch den neuen Termin ein.\n\nGruß Peter",
    ),
    (
        "Urlaubsantrag genehmigt",
        "Hallo Rini,\n\ndein Urlaubsantrag vom 21. bis 31. Dezember wurde genehmigt.\n\nPersonalabteilung",
    ),
    (
        "Rückruf",
        "Guten Tag, Sie hatten um Rückruf wegen Ihres Mobilfunkvertrags gebeten. Wann "
        "können wir Sie erreichen?",
    ),
    (
        "Ihre Versicherung",
        "Sehr geehrte Frau Rini,\n\nIhr Antrag auf Berufsunfähigkeitsversicherung wurde "
        "geprüft. Leider können wir Ihnen keinen Versicherungsschutz anbieten.",
    ),
    (
        "Vertragsverlängerung",
        "Sehr geehrte Frau Rini,\n\nIhr Mobilfunkvertrag läuft aus. Anbei finden Sie "
        "unser Angebot zur Verlängerung. Bitte senden Sie den Vertrag unterschrieben "
        "zurück.",
    ),
    (
        "Angebot Küche",
        "Sehr geehrte Frau Rini,\n\nwie besprochen sende ich Ihnen unser Angebot für die "
        "Küche. Haben Sie noch Fragen? Dann rufen Sie mich gern an.",
    ),
    (
        "Vereinsmitgliedschaft",
        "Liebe Rini, wir freuen uns, dich als neues Mitglied in unserem Team begrüßen zu "
        "dürfen. Das erste Training ist am Montag um 19 Uhr. Sportliche Grüße TSV",
    ),
    (
        "Vortrag angenommen",
        "Liebe Rini, wir freuen uns, dir mitteilen zu können, dass dein Vortrag für die "
        "Konferenz angenommen wurde. Bitte bestätige bis Freitag deine Teilnahme.",
    ),
    (
        "Interviewanfrage",
        "Sehr geehrte Frau Rini, ich schreibe für die Lokalzeitung einen Artikel über "
        "Start-ups und würde Sie gern interviewen. Hätten Sie diese Woche 20 Minuten "
        "Zeit?",
    ),
    (
        "Arzttermin",
        "Ihr Termin bei Dr. Klein am 10.11. um 9 Uhr muss leider verschoben werden. Bitte rufen Sie uns an.",
    ),
    (
        "Sprachkurs",
        "Guten Tag, vielen Dank für Ihre Anmeldung zum Deutschkurs. Bitte absolvieren "
        "Sie vorab unseren Online-Einstufungstest.",
    ),
    (
        "Ihr Konto",
        "Sehr geehrte Frau Rini, bitte bestätigen Sie Ihre Identität, damit wir Ihr "
        "Konto freischalten können.",
    ),
    ("Paket", "Ihr Paket konnte heute nicht zugestellt werden. Bitte wählen Sie einen neuen Zustelltermin."),
]


def shown(found: Appointment) -> str:
    days = [f"{slot:%m-%d %H:%M}" for slot in found.slots or ([found.start] if found.start else [])]
    days = [
        day if slot.year == 2026 else f"{slot.year}-{day}"
        for day, slot in zip(days, found.slots or [found.start], strict=False)
        if slot
    ]
    text = " | ".join(days) or "-"
    if found.end and not found.slots:
        text += f"-{found.end:%H:%M}"
    return text + (" ?weekday" if any("weekday contradicts" in reason for reason in found.review) else "")


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_dates(text: str, expected: str) -> None:
    found = find_appointment(text, base=BASE, language="de", zone=ZONE, packs=PACKS)
    assert shown(found) == expected


def is_working_day(day: date, country: str) -> bool:
    return day.isoweekday() < 6


def add_working_days(day: date, count: int, country: str) -> date:
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, country)
    return day


def promised(found: Promises) -> str:
    names = {
        "promise_by": "by",
        "silence_by": "silence",
        "ask_from": "ask",
        "deadline": "due",
        "back": "back",
    }
    parts = [
        f"{name} {getattr(found, key):%m-%d %H:%M}" for key, name in names.items() if getattr(found, key)
    ]
    return " & ".join(parts) or "-"


@pytest.mark.parametrize(("text", "expected"), PROMISES)
def test_promises(text: str, expected: str) -> None:
    found = find_promises(
        text,
        base=BASE,
        language="de",
        zone=ZONE,
        country="DE",
        packs=PACKS,
        is_working_day=is_working_day,
        add_working_days=add_working_days,
    )
    assert promised(found) == expected


def kind_of(
    text: str, *, own: bool = False, subject: str = "Stelle als Data Analyst", plain: bool = False
) -> str:
    body = text if plain else f"Sehr geehrte Frau Rini,\n\n{text}\n\nMit freundlichen Grüßen\nSari"
    sender = ME if own else Address("sari@acme.example")
    mail = Mail(message_id="<a@b>", sender=sender, subject=subject, new_text=body)
    return classify(mail, Context(own=frozenset({ME.email}), outgoing=own), PACKS).kind.value


@pytest.mark.parametrize(("label", "sentence"), SENTENCES)
def test_sentences_land_in_their_class(label: str, sentence: str) -> None:
    assert kind_of(sentence, own=label.startswith("own_")) == label


@pytest.mark.parametrize(("label", "sentence"), TRAPS)
def test_hedges_and_boilerplate_are_no_news(label: str, sentence: str) -> None:
    assert kind_of(sentence) != label


@pytest.mark.parametrize(("subject", "text"), UNRELATED)
def test_other_business_is_no_job_mail(subject: str, text: str) -> None:
    assert kind_of(text, subject=subject, plain=True) in NOISE


@pytest.mark.parametrize(
    "text",
    [
        "Vielen Dank für Ihre Bewerbung, wir melden uns bei Ihnen.",
        "Hey Sari, hast du morgen kurz Zeit für einen Call mit unserem CTO? Liebe Grüße",
        "Leider müssen wir Ihnen absagen.",
        "Moin, kommen Sie am Montag vorbei, dann zeige ich Ihnen die Werkstatt.",
        "Grüezi Frau Keller, besten Dank für Ihr Dossier. Freundliche Grüsse",
    ],
)
def test_the_language_is_told(text: str) -> None:
    assert detect(text, PACKS) == "de"


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your application, we will get back to you.",
        "Terima kasih atas lamaran Anda, kami akan menghubungi Anda.",
        "Dank voor je sollicitatie, we nemen volgende week contact met je op.",
    ],
)
def test_other_languages_are_not_taken(text: str) -> None:
    assert detect(text, PACKS) != "de"


@pytest.mark.parametrize(
    "tail",
    [
        "Am 02.11.2026 um 10:00 schrieb Anna Lee <anna@acme.example>:\n> Einladung zum Gespräch",
        "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Anna Lee <\nanna@acme.example>:\n> Einladung zum Gespräch",
        "Am Montag schrieb Anna Lee:\n> Einladung zum Gespräch",
        "Von: Anna Lee\nGesendet: Montag, 2. November 2026 10:00\nAn: Sari\nBetreff: "
        "Einladung\n\nEinladung zum Gespräch",
        "-----Ursprüngliche Nachricht-----\nVon: Anna Lee\nGesendet: Montag, 2. November "
        "2026 10:00\nAn: Sari\nBetreff: Einladung\n\nEinladung zum Gespräch",
        "-------- Originalnachricht --------\nVon: Anna Lee\nDatum: 02.11.2026\n\nEinladung zum Gespräch",
    ],
)
def test_quoted_mail_is_cut_off(tail: str) -> None:
    found = split_new(f"Sehr gern, ich komme.\n\nViele Grüße\nSari\n\n{tail}", PACKS)
    assert "Sehr gern, ich komme." in found.new
    assert "Einladung zum Gespräch" not in found.new


@pytest.mark.parametrize(
    "footer",
    [
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX Mail App",
        "Diese E-Mail enthält vertrauliche Informationen. Sollten Sie nicht der richtige "
        "Adressat sein, löschen Sie sie.",
        "Sitz der Gesellschaft: Köln | Registergericht: Amtsgericht Köln, HRB 4711",
        "Sie erhalten diese E-Mail, weil Sie eine Suche gespeichert haben. Abbestellen",
    ],
)
def test_footers_are_no_words_of_the_author(footer: str) -> None:
    found = split_new(
        f"Wir melden uns nächste Woche bei Ihnen.\n\nFreundliche Grüße\nAnna Lee\n\n{footer}", PACKS
    )
    assert "Wir melden uns" in found.new
    assert footer.split()[0] not in found.new.split()


def test_a_forwarded_mail_is_told() -> None:
    text = (
        "Schau mal!\n\n---------- Weitergeleitete Nachricht ---------\nVon: Anna "
        "Lee\nDatum: 2. Nov. 2026\nBetreff: Stelle\nAn: Tom\n\nHallo Tom"
    )
    assert "Hallo Tom" not in split_new(text, PACKS).new


# ------------------------------------------------------------------------------------------------- letters


def drafted(kind: DraftKind, occasion: Occasion, **known: str) -> Draft:
    details = Details(
        person=known.get("person", ""),
        title=known.get("title", ""),
        start=BASE + timedelta(days=28, hours=1) if kind is DraftKind.CONFIRM else None,
        place=known.get("place", ""),
        ask=kind is DraftKind.ANSWER_SKELETON,
        questions=("Ab wann könnten Sie beginnen?",) if kind is DraftKind.ANSWER_SKELETON else (),
    )
    label = {
        DraftKind.CONFIRM: Kind.INTERVIEW_INVITATION,
        DraftKind.OFFER_ACK: Kind.OFFER,
        DraftKind.FEEDBACK_REQUEST: Kind.REJECTION,
    }.get(kind, Kind.RECRUITER_REPLY)
    fact = Fact(
        message_id="<m@acme.example>",
        at=BASE,
        incoming=True,
        verdict=Verdict(kind=label, confidence=0.9),
        sender=Address("anna@acme.example", known.get("person", "")),
        to=(ME,),
        own_address=ME.email,
        subject="Bewerbung",
        human=True,
        repliable=True,
        details=details,
    )
    process = Process(
        id="p1",
        facts=(fact,),
        company=known.get("company", ""),
        role=known.get("role", ""),
        person=known.get("person", ""),
        title=known.get("title", ""),
        language="de",
    )
    date_known = bool(known.get("date"))
    stands = Situation(
        state=State.AWAITING,
        waiting_on=Turn.EMPLOYER,
        held=occasion is Occasion.RESULT,
        interview=BASE if date_known else None,
        interview_end=BASE + timedelta(hours=1) if date_known else None,
        round=1,
        occasion=occasion,
    )
    found = compose(process, stands, kind, me=ME, now=BASE + timedelta(days=10), zone=ZONE, packs=PACKS)
    assert isinstance(found, Draft), found
    return found


ALL = {
    "company": "Lindenau Maschinenbau GmbH",
    "role": "Controllerin",
    "person": "Katrin Vogel",
    "title": "Frau",
    "date": "yes",
    "place": "Uferstraße 8, Köln",
}
KNOWN = [{}, ALL, *({key: value for key, value in ALL.items() if key != left} for left in ALL)]


@pytest.mark.parametrize("kind", [kind for kind in DraftKind if kind is not DraftKind.NONE])
@pytest.mark.parametrize("known", KNOWN, ids=lambda known: "-".join(sorted(known)) or "nothing")
def test_letters_hold_with_and_without_names(kind: DraftKind, known: dict[str, str]) -> None:
    for occasion in (
        Occasion if kind in (DraftKind.FOLLOW_UP, DraftKind.FOLLOW_UP_LATE) else (Occasion.RESULT,)
    ):
        draft = drafted(kind, occasion, **known)
        assert draft.language == "de"
        assert draft.faults == ()
        opening, _, rest = draft.text.partition("\n\n")
        assert opening.endswith(",")
        assert rest[0].islower()  # after the comma of the salutation
        assert "  " not in draft.text and " ," not in draft.text and " ." not in draft.text
        assert "Mit freundlichen Grüßen\nSari Wulandari" in draft.text


@pytest.mark.parametrize(
    ("person", "title", "company", "opening"),
    [
        ("Katrin Vogel", "Frau", "Acme", "Sehr geehrte Frau Vogel,"),
        ("Thomas Berger", "Herr", "Acme", "Sehr geehrter Herr Berger,"),
        ("Friederike von Hagen", "Frau", "", "Sehr geehrte Frau Friederike von Hagen,"),
        ("Katrin Vogel", "", "Acme", "Guten Tag Katrin Vogel,"),
        ("", "", "Acme", "Sehr geehrtes Team von Acme,"),
        ("", "", "", "Sehr geehrte Damen und Herren,"),
    ],
)
def test_the_salutation_guesses_no_gender(person: str, title: str, company: str, opening: str) -> None:
    draft = drafted(DraftKind.THANK_YOU, Occasion.RESULT, person=person, title=title, company=company)
    assert draft.text.splitlines()[0] == opening


@pytest.mark.parametrize(
    ("kind", "sentence", "rule"),
    [
        (DraftKind.FOLLOW_UP, "Bitte antworten Sie umgehend.", "pressure"),
        (DraftKind.FOLLOW_UP, "Ich bin enttäuscht.", "pressure"),
        (DraftKind.FOLLOW_UP, "Ich brauche Ihre Antwort bis morgen.", "pressure"),
        (DraftKind.FOLLOW_UP, "Ich frage heute noch einmal nach.", "again"),
        (DraftKind.FOLLOW_UP, "Seit drei Wochen warte ich.", "counting"),
        (DraftKind.FOLLOW_UP, "Wie hoch wäre das Gehalt?", "topics"),
        (DraftKind.FOLLOW_UP, "Ich habe ein anderes Angebot vorliegen.", "offers"),
        (DraftKind.OFFER_ACK, "Hiermit nehme ich das Angebot an.", "decision"),
        (DraftKind.FOLLOW_UP, "Ich schicke Ihnen die Unterlagen morgen.", "promise"),
        (DraftKind.FOLLOW_UP, "Hey, wie sieht es aus?", "slang"),
        (DraftKind.FOLLOW_UP, "Kannst du mir deine Entscheidung sagen?", "address"),
        (DraftKind.THANK_YOU, "Wann darf ich mit einem Ergebnis rechnen?", "thank_you"),
        (DraftKind.CLOSING, "Bitte geben Sie mir eine Rückmeldung.", "closing"),
        (DraftKind.FEEDBACK_REQUEST, "Das finde ich unfair.", "feedback_request"),
    ],
)
def test_pressing_letters_do_not_pass(kind: DraftKind, sentence: str, rule: str) -> None:
    text = f"Sehr geehrte Frau Vogel,\n\n{sentence}\n\nMit freundlichen Grüßen\n{ME.name}\n"
    faults = lint(
        text, kind=kind, language="de", me=ME, recipients=(Address("anna@acme.example"),), packs=PACKS
    )
    assert any(fault.startswith(rule) for fault in faults), faults


def test_a_date_is_said_with_its_full_stop() -> None:
    slots: dict[str, Any] = dict.fromkeys(
        ("me", "name", "title", "first_name", "company", "role", "hour", "minute", "zone", "place"), ""
    )
    slots |= {"weekday": "Montag", "day": "2", "month": "November", "year": "2026", "this_year": True}
    slots |= {"held": True, "online": False, "occasion": "result"}
    assert render("{{ on_date }}", with_phrases(PACKS["de"], slots)) == " am Montag, 2. November"


# --------------------------------------------------------------------------------------------------- names


def mail(name: str, email: str, subject: str, body: str) -> Mail:
    return Mail(
        message_id="<x@t>", sender=Address(email, name), to=(ME,), subject=subject, new_text=body, text=body
    )


@pytest.mark.parametrize(
    ("found", "company", "role", "person"),
    [
        (
            mail(
                "Kessler Systems Recruiting",
                "kessler-systems@m.personio.de",
                "Ihre Bewerbung",
                "Vielen Dank für Ihre Bewerbung als Werkstudentin Marketing (m/w/d) bei Kessler Systems.",
            ),
            "Kessler Systems",
            "Werkstudentin Marketing",
            "",
        ),
        (
            mail(
                "Katrin Vogel",
                "k.vogel@lindenau.example",
                "Einladung",
                "Guten Tag,\n\nwir laden Sie ein.\n\nMit freundlichen Grüßen\nKatrin "
                "Vogel\nPersonalreferentin\nLindenau GmbH",
            ),
            "Lindenau GmbH",
            "",
            "Katrin Vogel",
        ),
        (
            mail(
                "Jens Richter",
                "jens@kette.example",
                "Uhrzeit",
                "Hallo Sari,\n\num 16 Uhr statt um 14 Uhr.\n\nGruß, Jens",
            ),
            "",
            "",
            "Jens Richter",
        ),
        (
            mail(
                "Novaris Karriere",
                "karriere@novaris.example",
                "Stelle",
                "Sie haben sich auf die Position Junior Buchhalterin beworben.",
            ),
            "Novaris",
            "Junior Buchhalterin",
            "",
        ),
        (
            mail(
                "Eva Roth",
                "eva.roth@gmx.example",
                "Kurze Frage",
                "Bei Fragen melden Sie sich bei uns.\n\nBeste Grüße\nEva Roth",
            ),
            "",
            "",
            "Eva Roth",
        ),
        (
            mail(
                "Jana Weiß",
                "j.weiss@weiss-personal.example",
                "Anfrage",
                "Für einen unserer Kunden im Raum Köln suchen wir eine Controllerin.\n\nViele "
                "Grüße\nJana Weiß",
            ),
            None,
            "Controllerin",
            "Jana Weiß",
        ),
    ],
)
def test_names(found: Mail, company: str | None, role: str, person: str) -> None:
    names = find_names(found, PACKS, incoming=True)
    if company is not None:
        assert names.company == company
    assert (names.role, names.person) == (role, person)


def test_a_stated_title_is_kept_and_first_names_are_told() -> None:
    signed = mail(
        "Katrin Vogel",
        "k@lindenau.example",
        "Termin",
        "Guten Tag,\n\nIhre Ansprechpartnerin ist Frau Katrin Vogel.\n\nMit freundlichen "
        "Grüßen\nKatrin Vogel",
    )
    assert find_names(signed, PACKS, incoming=True).title == "Frau"
    close = mail(
        "Jens Richter", "jens@kette.example", "Termin", "Hallo Sari,\n\nbis morgen!\n\nViele Grüße\nJens"
    )
    assert find_names(close, PACKS, incoming=True).first_names
    own = replace(
        signed,
        sender=ME,
        to=(Address("k@lindenau.example"),),
        new_text="Sehr geehrte Frau Vogel,\n\nvielen Dank.",
    )
    names = find_names(own, PACKS, incoming=False)
    assert (names.person, names.title) == ("Vogel", "Frau")


@pytest.mark.parametrize(
    ("text", "human", "asks"),
    [
        ("Bitte wählen Sie einen Termin über den Link.", False, True),
        ("Bitte bestätigen Sie Ihre Teilnahme im Portal.", False, True),
        ("Könnten Sie mir Ihre Gehaltsvorstellung nennen?", True, True),
        ("Uns fehlt noch Ihr Zeugnis.", True, True),
        ("Geben Sie uns bitte kurz Bescheid.", True, True),
        ("Wir bitten Sie um etwas Geduld.", True, False),
        ("Bei Fragen stehen wir Ihnen gern zur Verfügung.", True, False),
        ("Wir laden Sie zum Auswahlgespräch am Dienstag ein.", False, False),
        ("Bitte antworten Sie nicht auf diese E-Mail.", False, False),
    ],
)
def test_what_asks_for_something(text: str, human: bool, asks: bool) -> None:
    assert find_asks(text, PACKS, human=human).ask is asks

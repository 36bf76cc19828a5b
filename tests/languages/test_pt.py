"""Portuguese: what it is told by, its signals and their traps, dates, promises, names, quotes, letters."""

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
from watcher.core.text import split_new  # noqa: E402
from watcher.packs import load_packs  # noqa: E402

PACKS = load_packs()
PACK = PACKS["pt"]
ZONE = "America/Sao_Paulo"
BASE = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo(ZONE))  # a Monday
OWN = "sari@example.com"
NOISE = {Kind.NEWSLETTER, Kind.JOB_ALERT, Kind.OTHER, Kind.AUTO_REPLY, Kind.BOUNCE}


def mail(
    text: str, *, own: bool = False, subject: str = "Vaga de Analista de Dados", sender: str = ""
) -> Mail:
    """A mail with `text` as its new words."""
    return Mail(
        message_id="<a@b>",
        sender=Address(OWN if own else sender or "vagas@acme.example"),
        subject=subject,
        new_text=f"Olá, Sari,\n\n{text}\n\nAtenciosamente,\nMarta",
    )


def kind_of(
    text: str, *, own: bool = False, subject: str = "Vaga de Analista de Dados", sender: str = ""
) -> Kind:
    context = Context(own=frozenset({OWN}), outgoing=own)
    return classify(mail(text, own=own, subject=subject, sender=sender), context, PACKS).kind


# ------------------------------------------------------------------------------- which language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Recebemos a sua candidatura e entraremos em contato com você em breve.", "pt"),
        ("Infelizmente não vamos seguir com o seu perfil neste momento.", "pt"),
        ("Oi, vc consegue vir amanha de manha conversar com a gente?", "pt"),
        ("Exma. Senhora, acusamos a receção da sua candidatura.", "pt"),
        ("Boa tarde, fica então marcada a reunião para quinta-feira.", "pt"),
        ("Hemos recibido tu candidatura y nos pondremos en contacto contigo.", "es"),
        ("Nos gustaría invitarte a una entrevista el próximo jueves por la tarde.", "es"),
        ("Nous avons bien reçu votre candidature.", "fr"),
        ("We would like to invite you to an interview for the position of Data Analyst.", "en"),
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert detect(text, PACKS) == language


def corpus(language: str) -> Iterator[str]:
    for path in sorted((TESTS / "corpus" / language).glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if not row.get("html") and len(row["body"].split()) >= 12:
                yield f"{row['body']}\n{row['subject']}"


def test_portuguese_mail_is_told() -> None:
    found = [detect(text, PACKS) for text in corpus("pt")]
    assert found.count("pt") >= 0.97 * len(found)


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_portuguese_takes_no_mail_of_others(language: str) -> None:
    found = [detect(text, PACKS) for text in corpus(language)][:300]
    assert found.count("pt") <= 0.01 * len(found)


# ------------------------------------------------------------------------------- signals

SENTENCES = [
    ("interview_invitation", "Gostaríamos de convidar você para uma entrevista na quinta-feira às 14h."),
    ("interview_invitation", "Vimos por este meio convidá-la para uma entrevista nos nossos escritórios."),
    ("interview_invitation", "Que tal um bate-papo de 30 minutos com o nosso gestor na sexta?"),
    ("interview_invitation", "Você avançou! Agende a sua entrevista pelo link abaixo."),
    ("interview_invitation", "Qual a sua disponibilidade para conversarmos esta semana?"),
    (
        "interview_invitation",
        "Foi selecionada para a fase de entrevistas; indique-nos três horários possíveis.",
    ),
    ("interview_invitation", "Quinta às 15h funciona para você falar com a nossa diretora?"),
    ("interview_confirmation", "A sua entrevista está confirmada para amanhã às 10h."),
    ("interview_confirmation", "Conforme combinado, nos vemos na quinta-feira às 9h."),
    ("interview_confirmation", "Lembrete: a sua entrevista é amanhã às 16h, por Teams."),
    ("interview_confirmation", "Obrigada por confirmar. Segue o link da reunião de terça-feira."),
    ("interview_reschedule", "Precisamos remarcar a entrevista para sexta-feira às 11h."),
    ("interview_reschedule", "A entrevista de terça foi adiada para quinta-feira, no mesmo horário."),
    ("interview_reschedule", "Surgiu um imprevisto; podemos passar a nossa conversa para amanhã?"),
    ("interview_reschedule", "Temos de alterar a hora da entrevista, por favor escolha um novo horário."),
    ("interview_cancellation", "Infelizmente tivemos de cancelar a entrevista de amanhã."),
    ("interview_cancellation", "A entrevista prevista para quarta-feira foi desmarcada pelo gestor."),
    ("interview_cancellation", "Vou precisar desmarcar a entrevista de sexta, ainda sem nova previsão."),
    ("assessment", "Por favor, realize o teste online até domingo."),
    ("assessment", "Segue em anexo o case para a próxima etapa, com entrega até sexta-feira."),
    ("assessment", "Seu exame admissional foi agendado para segunda-feira, às 7h, na clínica."),
    ("assessment", "Grave um vídeo com as respostas às cinco perguntas até dia 10."),
    ("assessment", "Tem 7 dias para concluir a avaliação online de raciocínio lógico."),
    ("application_received", "Recebemos a sua candidatura para a vaga e vamos analisá-la."),
    ("application_received", "Acusamos a receção da sua candidatura, que agradecemos."),
    ("application_received", "Sua inscrição foi realizada com sucesso."),
    ("application_received", "Obrigado por se candidatar. Se houver compatibilidade, entraremos em contato."),
    ("recruiter_reply", "Poderia nos informar a sua pretensão salarial?"),
    ("recruiter_reply", "Por favor, envie o comprovante de residência e a cópia do RG."),
    ("recruiter_reply", "O regime é híbrido, com dois dias no escritório. Obrigado pela pergunta."),
    ("recruiter_reply", "Ainda tem interesse na vaga? Tentei ligar ontem e não consegui."),
    ("recruiter_reply", "O certificado enviado está ilegível, poderia reenviar?"),
    ("status_update", "Ainda estamos avaliando os candidatos e daremos um retorno na próxima semana."),
    (
        "status_update",
        "Parabéns, você passou na etapa de dinâmica; em breve falaremos sobre os próximos passos.",
    ),
    ("status_update", "O processo seletivo está suspenso até janeiro."),
    ("status_update", "A sua candidatura continua em análise pela equipa."),
    ("recruiter_outreach", "Vi o seu perfil no LinkedIn e tenho uma oportunidade que pode te interessar."),
    ("recruiter_outreach", "Sou headhunter e o meu cliente procura uma analista com o seu percurso."),
    ("rejection", "Infelizmente decidimos seguir com outro candidato para esta vaga."),
    ("rejection", "Lamentamos informar que a sua candidatura não foi selecionada."),
    ("rejection", "Dessa vez você não seguirá para as próximas etapas."),
    ("rejection", "Optámos por avançar com perfis mais alinhados com a função."),
    ("rejection", "A vaga já foi preenchida. Obrigado pelo interesse."),
    ("rejection", "O seu perfil não corresponde aos requisitos da posição."),
    ("rejection", "Não daremos continuidade à sua candidatura neste momento."),
    ("rejection", "Outra pessoa foi contratada para a posição."),
    ("offer", "Temos o prazer de oferecer a você a vaga de Analista de Dados."),
    ("offer", "Segue em anexo a carta proposta, aguardamos o seu aceite até sexta."),
    ("offer", "A vaga é sua! Seja bem-vinda ao time."),
    ("offer", "Envio o contrato de trabalho para assinatura; o início é no dia 4 de janeiro."),
    # conditions, negations, small words that look like others: "se" the pronoun is no condition
    (
        "application_received",
        "Caso o seu perfil seja selecionado, será convidado para uma entrevista. Recebemos o seu currículo.",
    ),
    ("assessment", "Apresente-se em jejum para o exame médico na segunda-feira, às 8h."),
    (
        "application_received",
        "Obrigada por se candidatar! Apenas os candidatos selecionados serão contactados.",
    ),
    (
        "application_received",
        "O processo seletivo terá três etapas: triagem, entrevista com RH e teste. Recebemos a sua inscrição.",
    ),
    ("status_update", "Se for aprovada, receberá uma proposta. Ainda não temos uma decisão."),
]

NEGATIVES = [
    "Lamentamos informar que o seu pedido de empréstimo não foi aprovado.",
    "Seu código de verificação é 123456.",
    "Lembramos a sua consulta com a doutora amanhã às 10h na clínica.",
    "Confirmamos a sua entrevista de visto no consulado, dia 3 às 9h.",
    "O seu voo foi remarcado para sexta-feira às 14h, confirme se aceita o novo horário.",
    "A sua candidatura à bolsa de investigação não foi aceite pela comissão.",
    "Convidamos utilizadores para uma entrevista sobre a nossa aplicação, com vale-presente de 50 euros.",
    "Pode entrevistar o candidato na sexta? Depois preencha a ficha de avaliação.",
    "A sua encomenda foi reagendada para amanhã entre as 8h e as 12h.",
    "Convocamos para a reunião de pais de quinta-feira, às 18h30.",
]

OWN_SENTENCES = [
    ("own_accept", "Confirmo a minha presença na quinta-feira às 14h."),
    ("own_accept", "Perfeito, terça às 10h pode ser para mim. Estarei lá."),
    ("own_thank_you", "Muito obrigada pelo tempo e pela conversa de ontem."),
    ("own_followup", "Gostaria de saber se há alguma novidade sobre o processo seletivo."),
    ("own_followup", "Como está o processo da vaga de analista?"),
    ("own_withdraw", "Venho informar que desisto do processo seletivo."),
    ("own_decline", "Agradeço a proposta, mas não posso aceitar."),
    ("own_reschedule", "Seria possível remarcar a entrevista para outro dia?"),
    ("own_task_done", "Concluí o teste; segue em anexo a minha solução."),
    (
        "own_feedback_request",
        "Respeito a decisão. Poderia partilhar algum feedback sobre o que devo melhorar?",
    ),
    ("own_reply", "O meu pré-aviso é de 30 dias."),
]


@pytest.mark.parametrize(("kind", "text"), SENTENCES)
def test_a_sentence_is_of_its_class(kind: str, text: str) -> None:
    assert kind_of(text) is Kind(kind)


@pytest.mark.parametrize("text", [text for kind, text in SENTENCES if kind in ("rejection", "offer")])
def test_words_without_accents_are_understood(text: str) -> None:
    bare = text.translate(str.maketrans("áàâãéêíóôõúçÁÀÉ", "aaaaeeioooucAAE"))
    assert kind_of(bare) is kind_of(text)


@pytest.mark.parametrize(("kind", "text"), OWN_SENTENCES)
def test_an_own_sentence_is_of_its_class(kind: str, text: str) -> None:
    assert kind_of(text, own=True) is Kind(kind)


@pytest.mark.parametrize("text", NEGATIVES)
def test_what_looks_like_it_is_not(text: str) -> None:
    assert kind_of(text, subject="Aviso", sender="avisos@servicos.example") in NOISE


@pytest.mark.parametrize(
    ("text", "red"),
    [
        ("Para garantir a vaga, faça um pix de R$ 90 referente à taxa de inscrição.", True),
        ("Envie o código que você recebeu por SMS para confirmar.", True),
        ("Ganhe 300 reais por dia, basta curtir vídeos no YouTube e receber a comissão diária.", True),
        ("Atenção: nunca cobramos taxa de inscrição dos candidatos.", False),
        ("O exame admissional é gratuito, a cargo da empresa.", False),
    ],
)
def test_fraud_is_seen_and_warnings_are_none(text: str, red: bool) -> None:
    found, _ = signs(mail(text), Context(), PACKS)
    assert bool(found) is red


# ------------------------------------------------------------------------------- dates


def said(moment: datetime, form: str) -> str:
    return moment.strftime(form if moment.year == BASE.year else f"%Y-{form}")


def appointment(text: str) -> str:
    """The dates of `text` in the manner of tests/core/date_phrases.py."""
    found = find_appointment(text, base=BASE, language="pt", zone=ZONE, packs=PACKS)
    if found.slots:
        return " | ".join(said(slot, "%m-%d %H:%M") for slot in found.slots)
    if found.start is None:
        return "-"
    start = said(found.start, "%m-%d" if found.day_only else "%m-%d %H:%M")
    return f"{start}-{found.end:%H:%M}" if found.end else start


APPOINTMENTS = [
    ("A entrevista será na quinta-feira, 5 de novembro, às 14h30.", "11-05 14:30"),
    ("Entrevista dia 10/11/2026 às 9h", "11-10 09:00"),
    ("A entrevista será amanhã, às 10h.", "11-03 10:00"),
    ("Entrevista amanha as 10h", "11-03 10:00"),
    ("Data: 12 de novembro de 2026\nHorário: 15:00", "11-12 15:00"),
    ("Data: 12/11/2026\nHora: 15h00\nLocal: Rua do Ouro, 10", "11-12 15:00"),
    ("Data e horário: 12/11/2026, das 15h às 16h", "11-12 15:00-16:00"),
    ("A entrevista foi remarcada de terça para sexta-feira, 6 de novembro, às 11h.", "11-06 11:00"),
    ("Entrevista na quarta-feira, dia 4, às 16h", "11-04 16:00"),
    ("Entrevista na quarta, 4/11, às 16h", "11-04 16:00"),
    ("Entrevista na 5ª feira, 5/11, às 9h", "11-05 09:00"),
    ("Conversamos na sexta às 15h?", "11-06 15:00"),
    ("Reunião no próximo dia 19 de novembro, pelas 10h30", "11-19 10:30"),
    ("A entrevista decorre no dia 3 de dezembro de 2026, às 9h00", "12-03 09:00"),
    ("Entrevista em 3 de março de 2027 às 8h30", "2027-03-03 08:30"),
    ("Entrevista no dia 14 de maio de 2027, às 10 horas", "2027-05-14 10:00"),
    ("Podemos falar depois de amanhã às 11h?", "11-04 11:00"),
    ("Entrevista hoje às 17h", "11-02 17:00"),
    ("Entrevista às 3 da tarde de quinta-feira, 5 de novembro", "11-05 15:00"),
    ("Entrevista na quinta-feira, 5 de novembro, às 15h (horário de Brasília)", "11-05 15:00"),
    ("Entrevista no dia 5 de novembro das 14h às 15h", "11-05 14:00-15:00"),
    ("Entrevista no dia 5 de novembro, entre as 14h e as 15h", "11-05 14:00-15:00"),
    ("Entrevista no dia 6/11 ao meio-dia", "11-06 12:00"),
    ("Pode na terça às 10h ou na quarta às 14h para a entrevista?", "11-03 10:00 | 11-04 14:00"),
    ("Escolha: quinta, 5/11, às 9h ou sexta, 6/11, às 16h", "11-05 09:00 | 11-06 16:00"),
    ("A entrevista passa de 5 de novembro para 9 de novembro, às 10h", "11-09 10:00"),
    ("Em vez de quinta, a entrevista será na sexta-feira às 10h", "11-06 10:00"),
    ("A sua candidatura de 1 de novembro de 2026 foi recebida", "-"),
    ("Horário de atendimento: segunda a sexta, das 9h às 18h", "-"),
    ("Obrigado por comparecer à entrevista de 30 de outubro de 2026", "-"),
]
PROMISES = [
    ("Daremos um retorno até sexta-feira.", "by 11-06"),
    ("Daremos um retorno ate sexta.", "by 11-06"),
    ("Você receberá uma resposta até 13 de novembro.", "by 11-13"),
    ("Retornaremos em até cinco dias úteis.", "by 11-09"),
    ("Entraremos em contacto no prazo de duas semanas.", "by 11-16"),
    ("Entraremos em contato em até 10 dias.", "by 11-12"),
    ("Daremos uma resposta até ao final da próxima semana.", "by 11-13"),
    ("Damos feedback na próxima semana.", "by 11-13"),
    ("Teremos uma decisão até ao final do mês.", "by 11-30"),
    ("O resultado será divulgado no dia 20 de novembro.", "by 11-20"),
    ("Comunicaremos o resultado nos próximos 15 dias.", "by 11-17"),
    ("Te dou um retorno amanhã.", "by 11-03"),
    ("Aviso você na quarta-feira.", "by 11-04"),
    ("Responderemos no prazo máximo de 3 dias úteis.", "by 11-05"),
    ("Entraremos em contato em breve.", "-"),
    ("Daremos notícias oportunamente.", "-"),
    (
        "Se não receber resposta no prazo de duas semanas, considere que não foi selecionada.",
        "silence 11-16",
    ),
    (
        "Caso não receba contato em 15 dias, considere que não foi selecionado.",
        "silence 11-17",
    ),
    ("Se não tiver retorno em 10 dias, entre em contato conosco.", "ask 11-12"),
    ("Por favor, confirme a sua presença até 6 de novembro.", "due 11-06"),
    ("Complete o teste até domingo, 8 de novembro.", "due 11-08"),
    ("Conclua o teste em até 3 dias.", "due 11-05"),
    ("Você tem 5 dias para enviar a solução.", "due 11-07"),
    ("Envie os documentos até sexta-feira.", "due 11-06"),
    ("A proposta é válida até 20 de novembro de 2026.", "due 11-20"),
    ("Prazo de entrega: 15/11/2026", "due 11-15"),
    ("Responda até amanhã, às 18h.", "due 11-03"),
    ("Estou de férias e regresso no dia 9 de novembro.", "back 11-09"),
    ("O teste demora 45 minutos.", "-"),
    ("O aviso prévio é de 30 dias.", "-"),
]


@pytest.mark.parametrize(("text", "expected"), APPOINTMENTS)
def test_an_appointment_is_read(text: str, expected: str) -> None:
    assert appointment(text) == expected


@pytest.mark.parametrize(("text", "expected"), PROMISES)
def test_a_promise_is_read(text: str, expected: str) -> None:
    found = find_promises(text, base=BASE, language="pt", zone=ZONE, calendar_country="BR", packs=PACKS)
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
    (
        "Recebemos a sua candidatura para a vaga de Analista Fiscal na Marejada.",
        "Marejada",
        "Analista Fiscal",
    ),
    ("Convidamo-la para uma entrevista para a função de Engenheira Civil.", "", "Engenheira Civil"),
    ("Foi aprovada para o cargo de Assistente Comercial.", "", "Assistente Comercial"),
    (
        "O meu nome é Duarte, da Farol Digital. Vi o seu perfil e temos uma vaga de Designer Gráfico.",
        "Farol Digital",
        "Designer Gráfico",
    ),
    ("Agradecemos o seu interesse na vaga.", "", ""),
    ("Convidamos você para uma entrevista na Sala 3, na quinta-feira.", "", ""),
    ("A sua candidatura à vaga acima foi registada em 20 de outubro de 2026.", "", ""),
]


@pytest.mark.parametrize(("text", "company", "role"), NAMES)
def test_a_post_is_named_or_unknown(text: str, company: str, role: str) -> None:
    written = EmailMessage()
    written["From"], written["To"] = "Marta Lemos <marta@mel.example>", f"Sari <{OWN}>"
    written["Subject"], written["Message-ID"] = "Informação", "<a@b>"
    written["Date"] = "Mon, 02 Nov 2026 09:00:00 -0300"
    written.set_content(f"Olá, Sari,\n\n{text}\n\nAtenciosamente,\nMarta Lemos\n")
    fact = judge(parse(written.as_bytes(), PACKS), Context(zone=ZONE, country="BR"), PACKS, arrived=BASE)
    assert (fact.details.company, fact.details.role) == (company, role)
    assert fact.details.person == "Marta Lemos"


REPLY = "Perfeito, estarei lá.\n\n"


@pytest.mark.parametrize(
    "tail",
    [
        "De: Marta\nEnviado: quinta-feira, 12 de novembro de 2026 17:40\nPara: Sari\nAssunto: A\n\nVenha.",
        "De: Marta\nData: 12/11/2026 17:40\nPara: Sari\nAssunto: Entrevista\n\nVenha.",
        "-----Mensagem original-----\nDe: Marta\nAssunto: Entrevista\n\nVenha.",
        "Em seg., 2 de nov. de 2026 às 10:00, Marta Lemos <marta@mel.example> escreveu:\n> Venha.",
        "Em 2 de nov de 2026, à(s) 10:00, Marta Lemos <marta@mel.example> escreveu:\n\n> Venha.",
        "Marta Lemos <marta@mel.example> escreveu no dia segunda, 2/11/2026 à(s) 10:00:\n> Venha.",
        "No dia 2/11/2026, às 10:00, Marta Lemos <marta@mel.example> escreveu:\n> Venha.",
        "> Venha.",
    ],
)
def test_quoted_words_are_not_new(tail: str) -> None:
    found = split_new(REPLY + tail, PACKS)
    assert found.new.strip() == REPLY.strip()


@pytest.mark.parametrize(
    "footer",
    [
        "Enviado do meu iPhone",
        "Enviado a partir do Outlook para Android",
        "Esta mensagem e seus anexos são confidenciais e destinam-se apenas ao destinatário.",
        "Aviso de confidencialidade: as informações contidas neste e-mail são sigilosas.",
        "Você recebeu este e-mail porque está inscrito. Cancelar inscrição.",
    ],
)
def test_footers_are_not_new(footer: str) -> None:
    found = split_new(f"{REPLY}Atenciosamente,\nSari\n\n{footer}", PACKS)
    assert footer not in found.new


# ------------------------------------------------------------------------------- letters


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_is_written_and_clean(kind: DraftKind, known: bool) -> None:
    case, now = letter_case(kind, "pt", known=known)
    for occasion in Occasion if kind in FOLLOW_UPS else (now.occasion,):
        draft = attempt(case, replace(now, occasion=occasion), kind)
        assert isinstance(draft, Draft), draft
        lines = draft.text.splitlines()
        assert lines[0] == ("Olá, Rina Wijaya," if known else "Bom dia,")
        assert lines[-2:] == ["Atenciosamente,", "Budi Santoso"]
        assert "  " not in draft.text and ".." not in draft.text and " ," not in draft.text
        assert not re.search(r"\b(?:a a|de a|em a|você|senhor|obrigad[oa]|interessad[oa])\b", draft.text)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Peço uma resposta urgente.", "pressure"),
        ("Fico no aguardo.", "pressure"),
        ("Ainda não recebi notícias.", "pressure"),
        ("Volto a escrever sobre isto.", "again"),
        ("É a segunda vez que pergunto.", "again"),
        ("Já passaram duas semanas.", "counting"),
        ("Qual é o salário desta posição.", "topics"),
        ("Envio o meu passaporte.", "topics"),
        ("Tenho outra proposta.", "offers"),
        ("Aceito as condições.", "decision"),
        ("Enviarei o documento amanhã.", "promise"),
        ("Esta mensagem foi criada automaticamente.", "tool"),
        ("Vc pode ver isso.", "slang"),
        ("Prezado senhor, bom dia.", "address"),
    ],
)
def test_a_pressing_letter_is_stopped(words: str, rule: str) -> None:
    text = f"Bom dia,\n\nAgradeço a entrevista. {words}\n\nAtenciosamente,\n{ME.name}\n"
    hits = lint(text, kind=DraftKind.FOLLOW_UP, language="pt", me=ME, recipients=(RINA,), packs=PACKS)
    assert any(hit.startswith(rule) for hit in hits), hits


def test_the_words_on_the_screen_are_whole() -> None:
    def flat(value: object, at: str = "") -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from flat(inner, f"{at}/{key}")
        else:
            yield at, str(value)

    english, own = dict(flat(PACKS["en"].table("ui"))), dict(flat(PACK.table("ui")))
    assert set(english) <= set(own)
    for key, words in english.items():
        assert sorted(re.findall(r"{\w+}", words)) == sorted(re.findall(r"{\w+}", own[key])), key

// The words and marks by which automatic mails are told apart: subjects in the languages of the great mail programs, and the
// header fields of ticket systems. A table; what is done with it is decided elsewhere.

/** Beginnings of the subjects of absence notes, as mail servers write them, in lower case. */
const ABSENCE = [
  ...["automatic reply", "auto reply", "auto-reply", "autoreply", "out of office", "out of the office", "on vacation"],
  ...["automatische antwort", "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheitsassistent", "abwesend:", "abwesenheit:"],
  ...["réponse automatique", "reponse automatique", "absence du bureau", "absent du bureau", "message d'absence"],
  ...["respuesta automática", "respuesta automatica", "fuera de la oficina", "ausente"],
  ...["risposta automatica", "fuori sede", "fuori ufficio", "assente"],
  ...["automatisch antwoord", "afwezigheidsbericht", "afwezig:", "niet aanwezig"],
  ...["odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "poza biurem"],
  ...["resposta automática", "fora do escritório", "ausência temporária"],
  ...["autosvar", "automatiskt svar", "automatisk svar", "frånvaro", "fraværsmelding", "fravær:", "ikke til stede"],
  ...["automaattinen vastaus", "poissa toimistosta", "automatická odpověď", "automatická odpoveď", "mimo kancelář"],
  ...["automatikus válasz", "házon kívül", "răspuns automat", "automatski odgovor", "samodejni odgovor", "otomatik yanıt"],
  ...["автоматический ответ", "автоответ", "вне офиса", "автоматична відповідь", "автоматичен отговор", "αυτόματη απάντηση"],
  ...["自動応答", "自動返信", "不在", "自动答复", "自动回复", "自動回覆", "자동 회신", "부재중", "תשובה אוטומטית", "رد تلقائي"],
];

/** Parts of the subjects under which mail servers send mails back, in lower case. */
const BOUNCE = [
  ...["undeliver", "delivery status notification", "returned mail", "failure notice", "mail delivery", "delivery fail"],
  ...["delivery has failed", "delivery report", "delivery problem", "non-delivery", "nondeliverable", "could not be delivered"],
  ...["unzustellbar", "nicht zustellbar", "zustellung fehlgeschlagen", "zustellungsbericht", "non remis", "échec de la remise"],
  ...["échec de remise", "no se puede entregar", "no entregado", "non recapitabile", "mancato recapito", "onbestelbaar"],
  ...[
    "niet bezorgd",
    "niedostarcz",
    "nie można dostarczyć",
    "não entregue",
    "não foi possível entregar",
    "går inte att leverera",
  ],
  ...[
    "kan ikke leveres",
    "nelze doručit",
    "недоставлен",
    "не удается доставить",
    "配信不能",
    "配信できません",
    "无法送达",
    "無法傳遞",
  ],
];

/** A subject that an answer of a person would not have: there the words stand behind a `Re:`. */
export function isAbsenceSubject(subject: string): boolean {
  const start = subject.toLowerCase().replace(/^[[\](){}\s]+/, "");
  return ABSENCE.some((words) => start.startsWith(words));
}

/** What a machine says of an absence anywhere in its subject, as Notes does with the name before it. */
export function tellsOfAbsence(subject: string): boolean {
  return /\b(out of (the )?office|on vacation|ist abwesend|nicht im büro|absent du bureau|fuera de la oficina)\b/i.test(subject);
}

/** Whether a mail server might write so; what people write may look the same. */
export function isBounceSubject(subject: string): boolean {
  const lower = subject.toLowerCase();
  return BOUNCE.some((words) => lower.includes(words));
}

/** How ticket systems mark what they send. Some write a person's words under the same marks. */
export const TICKET_SYSTEMS = {
  /** Fields that only they write. */
  fields: new RegExp(
    `^(${[
      ...["x-otrs-", "x-znuny-", "x-kix-", "rt-ticket$", "rt-originator$", "x-rt-", "x-jira-", "x-atlassian-"],
      ...["x-servicenow-", "x-zendesk-", "x-freshdesk-", "x-freshservice-", "x-fd-", "x-osticket-", "x-glpi-", "x-redmine-"],
      ...["x-zammad-", "x-helpscout-", "x-kayako-", "x-bugzilla-", "x-mantis", "x-gitlab-", "x-github-", "x-topdesk-", "x-itop-"],
      ...[
        "x-spiceworks-",
        "x-hubspot-",
        "x-intercom-",
        "x-frontapp-",
        "x-remedy-",
        "x-bmc-",
        "x-matrix42-",
        "x-usu-",
        "x-omnitracker-",
      ],
    ].join("|")})`,
  ),
  /** Fields in which programs name themselves. */
  programs: new Set(["x-mailer", "user-agent", "x-powered-by", "x-managed-by", "x-generated-by", "x-sender"]),
  names:
    /otrs|znuny|\bkix\b|^rt[ /\d]|request tracker|\bjira\b|servicenow|zendesk|freshdesk|freshservice|osticket|glpi|redmine|zammad|help ?scout|kayako|bugzilla|mantis|topdesk|\bitop\b|spiceworks|manageengine|servicedesk plus|remedy|matrix42|omnitracker|\busu\b/i,
} as const;

// What mail programs write around other people's words, in many languages: before a quote, above a forwarded mail, below a text.
// Pure, linear in the length of a line.

const LONGEST_LINE = 1_000;
const QUOTED = /^ ?>/;
const SIGNATURE = /^--\s?$/;

/** A line without its marks of quoting, and how many there were. */
export function unquote(line: string): { depth: number; text: string } {
  const marks = /^(?: ?>)*/.exec(line)?.[0] ?? "";
  const text = line.slice(marks.length);
  return { depth: marks.replaceAll(" ", "").length, text: marks !== "" && text.startsWith(" ") ? text.slice(1) : text };
}

export const isQuoted = (line: string): boolean => QUOTED.test(line);
/** RFC 3676 section 4.3. */
export const isSignature = (line: string): boolean => SIGNATURE.test(line);

/** Sentences that are taken for an introduction as they stand. */
const INTRODUCTIONS = [
  /^On .{1,300} wrote:$/,
  /^Am .{1,300} schrieb.{0,200}:$/,
  /^Le .{1,300} a écrit ?:$/,
  /^El .{1,300} escribió:$/,
  /^Il .{1,300} ha scritto:$/,
  /^Op .{1,300} schreef.{0,200}:$/,
  /^Em .{1,300} escreveu:$/,
  /^Den .{1,300} skrev.{0,200}:$/,
  /^W dniu .{1,300} (?:pisze|napisał).{0,200}:$/,
  /^Dne .{1,300} napsal.{0,200}:$/,
];

/** "Wrote", as introductions have it. Alone it says nothing: with it stands a date, a time or an address. */
const WROTE =
  /(?<!\p{L})(?:wrote|writes|schrieb|schreibt|a écrit|écrit|escribió|va escriure|ha scritto|scrive|schreef|escreveu|skrev|kirjoitti|napsala?|napísala?|napisała?|napisao|napisala|napisal|pisze|ezt írta|írta|a scris|пишет|написала?|пише|написав|написа|yazdı|έγραψε|kirjutas|rakstīja|rašė|đã viết|menulis|כתב|كتب)(?!\p{L})|写道|寫道|님이 작성|작성함|เขียน/iu;
const DATED = /\b(?:19|20)\d\d\b|\d{1,2}[:.h]\d\d|\d{4}[年년]/;
/** Japanese programs write the date and the name, and no verb. */
const DATE_ALONE = /^\d{4}年\d{1,2}月\d{1,2}日.{0,300}[:：]$/;

/** Whether a line is one of those mail programs put before what somebody else wrote. */
export function isAttribution(line: string): boolean {
  const text = line.trim();
  if (text.length > 600 || !/[:：]$/.test(text)) return false;
  if (DATE_ALONE.test(text) || INTRODUCTIONS.some((pattern) => pattern.test(text))) return true;
  return (DATED.test(text) || text.includes("@")) && WROTE.test(text);
}

/** Whether two lines are one such line that was folded: then the date stands in the first of them. */
export function isFoldedAttribution(first: string, second: string): boolean {
  const text = `${first.trim()} ${second.trim()}`;
  if (text.length > 600 || !isAttribution(text)) return false;
  return INTRODUCTIONS.some((pattern) => pattern.test(text)) || (DATED.test(first) && !DATED.test(second));
}

const ORIGINAL = new RegExp(
  `^-{3,} ?(?:${[
    ...["Original Message", "Forwarded message", "Begin forwarded message", "Ursprüngliche Nachricht", "Originalnachricht"],
    ...["Weitergeleitete Nachricht", "Message d['’]origine", "Message original", "Message transféré", "Mensaje original"],
    ...["Mensaje reenviado", "Missatge original", "Messaggio originale", "Messaggio inoltrato", "Oorspronkelijk bericht"],
    ...["Doorgestuurd bericht", "Mensagem original", "Mensagem encaminhada", "Wiadomość oryginalna", "Oryginalna wiadomość"],
    ...["Původní zpráva", "Pôvodná správa", "Originalmeddelande", "Ursprungligt meddelande", "Original meddelelse"],
    ...["Oprindelig meddelelse", "Opprinnelig melding", "Alkuperäinen viesti", "Eredeti üzenet", "Mesaj original"],
    ...["Mesajul original", "Исходное сообщение", "Оригинальное сообщение", "Пересылаемое сообщение", "Вихідне повідомлення"],
    ...["Orijinal Mesaj", "Özgün ileti", "Αρχικό μήνυμα", "Izvorna poruka", "Izvirno sporočilo", "Оригинално съобщение"],
    ...[
      "Algne kiri",
      "Sākotnējais ziņojums",
      "Pradinis laiškas",
      "原始邮件",
      "原始郵件",
      "原邮件",
      "元のメッセージ",
      "원본 메시지",
    ],
  ].join("|")}) ?-{3,}$`,
  "iu",
);

/** GroupWise puts marks on both sides of sender and time. */
const GROUPWISE = /^>>> .{1,300}\d[:.]\d\d.{0,10} >>>$/;

/** Whether a line is the rule with words that mail programs put above a mail they do not quote line by line. */
export function isOriginal(line: string): boolean {
  const text = line.trim();
  return (text.startsWith("---") && text.length <= 100 && ORIGINAL.test(text)) || GROUPWISE.test(text);
}

const RULE = /^(?:[-_=*]{5,}|-{2,}[^-].{0,58}[^-]-{2,})$/;

/** The lines without rules and blank lines at their end. */
export function withoutRules(lines: readonly string[]): string[] {
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== "" && !RULE.test(line.trim())) + 1);
}

/** `From` and `Sent` as Outlook writes them before a mail it does not quote line by line. */
const FROM =
  /^\*{0,2}(?:From|Von|De|Da|Van|Från|Fra|Od|Lähettäjä|Feladó|От|Від|Kimden|Gönderen|Expéditeur|Remitente|Mittente|Nadawca|Odesílatel|De la|Από|Saatja|Nuo|寄件者|发件人|差出人|보낸 사람)\s?[:：]/i;
const SENT =
  /^\*{0,2}(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el| em)?|Enviada em|Fecha|Inviato|Data|Verzonden|Skickat|Sendt|Wysłano|Odesláno|Odoslané|Lähetetty|Päivämäärä|(?:El)?[kK]üldve|Dátum|Trimis|Отправлено|Дата|Надіслано|Gönderilen|Gönderme Tarihi|Tarih|Στάλθηκε|Poslano|Saadetud|Išsiųsta|Nosūtīts|寄件日期|日期|发送时间|送信日時|日時|보낸 날짜)\s?[:：]/i;

/** Whether a line may begin such a block of header lines. */
export const isFromLine = (line: string): boolean => line.length <= LONGEST_LINE && FROM.test(line);

const SUBJECT =
  /^\*{0,2}(?:Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Ämne|Emne|Aihe|Temat|Předmět|Predmet|Tárgy|Subiect|Тема|Konu|Θέμα|Teema|Tema|主题|主旨|件名|제목)\s?[:：]/i;

/** The lines above the first such block: what follows was written before. A block names an address or a subject; a time-table has neither. */
export function aboveHeaders(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line, index) => {
    if (!isFromLine(line) || !lines.slice(index + 1, index + 4).some((one) => SENT.test(one))) return false;
    return line.includes("@") || lines.slice(index + 1, index + 8).some((one) => SUBJECT.test(one));
  });
  return at === -1 ? lines : withoutRules(lines.slice(0, at));
}

/** What phones and programs put below a text by themselves. */
const ADVERTISEMENT =
  /^(?:Sent (?:from|via|with) |Get Outlook for |Von meinem .{1,60} gesendet|Gesendet (?:von|mit|aus) |Diese Nachricht wurde von meinem |Outlook für (?:iOS|Android|Mac)|Holen Sie sich Outlook|Envoyé (?:de|depuis|à partir de|avec) |Obtenez Outlook |Télécharger Outlook |Enviado (?:desde|do|de|com|a partir de|con) |Obtener Outlook |Obter o Outlook |Inviato da|Ottieni Outlook |Scarica Outlook |Verzonden (?:vanaf|vanuit|met|via) |Verstuurd vanaf |Outlook voor |Download Outlook |Skickat från |Hämta Outlook |Sendt fra |Hent Outlook |Lähetetty |Hanki Outlook |Wysłane z |Pobierz (?:aplikację )?Outlook |Odesláno z|Odoslané z|Küldve |Elküldve |Trimis (?:de pe|din) |Отправлено (?:с|из) |Надіслано (?:з|із) |Απεσταλμένο από |Στάλθηκε από |Saadetud minu |Nosūtīts no |Išsiųsta iš |Poslano (?:s|z|sa) |从我的.{1,30}发送|发自我的|寄自我的|從我的.{1,30}傳送|나의 .{1,30}에서 보냄|내 .{1,30}에서 보냄)|(?:から送信|tarafından gönderildi|cihazımdan gönderildi|tan gönderildi|den gönderildi)$/iu;
const MOST_ADVERTISEMENT = 120;

/** Whether a line, as the last one, is put there by a program and not by its user. */
export function isAdvertisement(line: string): boolean {
  const text = line.trim();
  return text.length <= MOST_ADVERTISEMENT && ADVERTISEMENT.test(text);
}

/** How lawyers' texts below a mail begin. Only as a paragraph of its own, and never as the first words of a mail. */
const DISCLAIMER = [
  /^(?:CONFIDENTIALITY|DISCLAIMER|LEGAL NOTICE|PRIVILEGED|HAFTUNGSAUSSCHLUSS|VERTRAULICHKEITSHINWEIS|AVERTISSEMENT|AVISO LEGAL|AVISO DE CONFIDENCIALIDAD|RISERVATEZZA|AVVISO DI RISERVATEZZA)\b/,
  /^(?:Confidentiality (?:notice|note)|Disclaimer|Legal (?:notice|disclaimer)|Vertraulichkeitshinweis|Rechtlicher Hinweis|Avis de confidentialité|Aviso legal|Avviso di riservatezza)\s*[:：.-]/i,
  /^(?:This|The (?:information|content)s?(?: contained)? (?:in|of) this) (?:e-?mail|message|communication|transmission)\b.{0,200}\b(?:confidential|intended (?:only |solely )?for|privileged)/i,
  /^(?:Diese|Der Inhalt dieser|Die Information(?:en)? in dieser) (?:E-?Mail|Nachricht|Mail)\b.{0,200}(?:vertraulich|bestimmt)/i,
  /^(?:Ce (?:message|courriel|mail|courrier)|Cet? e-?mail)\b.{0,200}(?:confidentiel|destin)/i,
  /^(?:Este|Esta|O conteúdo deste|El contenido de este) (?:mensaje|correo|e-?mail|mensagem|comunicación|email)\b.{0,200}(?:confiden|destin|dirig)/i,
  /^(?:Questo|Il presente|Le informazioni contenute in questo) (?:messaggio|e-?mail)\b.{0,200}(?:riservat|confiden|destinat)/i,
  /^(?:Dit|De informatie in dit) (?:bericht|e-?mail|e-?mailbericht)\b.{0,200}(?:vertrouwelijk|bestemd)/i,
  /^(?:Detta|Det här|Denne|Dette|Denna) (?:meddelande|mejl|e-?post|e-?postmeddelande|e-?mail|mail|meddelelse|melding|besked)\b.{0,200}(?:konfidentiell|fortrolig|avsedd|beregnet|tiltenkt)/i,
  /^(?:Ta|Niniejsza|Treść tej) wiadomoś.{0,200}(?:poufn|przeznaczon)/i,
  /^(?:Tento e-?mail|Táto správa|Tato zpráva).{0,200}(?:důvěrn|dôvern|určen)/i,
  /^(?:Tämä viesti|Tämä sähköposti).{0,200}(?:luottamuksel|tarkoitettu)/i,
  /^(?:Ez az? (?:e-?mail|üzenet)).{0,200}(?:bizalmas|címzett)/i,
  /^(?:Настоящее|Данное|Это) (?:сообщение|письмо).{0,200}(?:конфиденциальн|предназначен)/i,
  /^.{1,80} mailing list(?: -- \S+@\S+)?$/i,
  /^(?:Please consider the environment before|Think before you print|Bitte (?:denken Sie|prüfen Sie).{0,60}(?:Umwelt|drucken|ausdrucken)|Pensez à l['’]environnement|Antes de imprimir|Prima di stampare|Denk aan het milieu)/i,
];

function isDisclaimer(line: string): boolean {
  const text = line.slice(0, LONGEST_LINE).replace(/^[\s*_]+/, "");
  return DISCLAIMER.some((pattern) => pattern.test(text));
}

/** How far below the top of a text the paragraphs at its end are looked for. */
const MOST_FOOT = 60;

/**
 * The lines without what stands below the sender's words: disclaimers, and a line such as "Sent from my phone". A line that
 * `isKept` holds for, a tag, is the sender's, and so is all above it.
 */
export function withoutFoot(lines: readonly string[], isKept: (line: string) => boolean): string[] {
  const least = lines.findLastIndex(isKept) + 1;
  const from = Math.max(least, lines.length - MOST_FOOT);
  const first = lines.findIndex((line) => line.trim() !== "");
  // A paragraph that is not the first. What stands above is looked at once, however many lines that are.
  const isFoot = (index: number): boolean =>
    index > first && partsParagraphs(lines[index - 1] ?? "") && isDisclaimer(lines[index] ?? "");
  const foot = first === -1 ? -1 : lines.findIndex((_, index) => index >= from && isFoot(index));
  const kept = foot === -1 ? [...lines] : withoutRules(lines.slice(0, foot));
  const last = kept.findLastIndex((line) => line.trim() !== "");
  return last >= least && isAdvertisement(kept[last] ?? "") ? kept.slice(0, last) : kept;
}

/** Whether a line parts two paragraphs. */
function partsParagraphs(line: string): boolean {
  const text = line.trim();
  return text === "" || RULE.test(text);
}

// What mail programs of many languages write around other people's words is cut off; what only looks like it stays.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { withoutFoot } from "../../src/inbound/email/history.ts";
import { readBody, readTagRules } from "../../src/inbound/email/tags.ts";

const RULES = readTagRules({ tagFormat: "[[LABEL]]: [[Value]]" }) ?? assert.fail();
const words = (text: string): string => readBody(text, RULES).free;
const MINE = "We are on our way.\n\nBob";

/** Lines before a quote, as programs write them. */
const INTRODUCTIONS = [
  "On Sat, Jan 31, 2026 at 3:00 PM Service Desk <desk@desk.example> wrote:",
  "On 31/01/2026 15:00, Service Desk wrote:",
  "Am Sa., 31. Jan. 2026 um 15:00 Uhr schrieb Service Desk <desk@desk.example>:",
  "Service Desk <desk@desk.example> schrieb am Sa., 31. Jan. 2026, 15:00:",
  "Le sam. 31 janv. 2026 à 15:00, Service Desk <desk@desk.example> a écrit :",
  "El sáb, 31 ene 2026 a las 15:00, Service Desk (<desk@desk.example>) escribió:",
  "El ds., 31 de gen. 2026, 15:00, Service Desk <desk@desk.example> va escriure:",
  "Il giorno sab 31 gen 2026 alle ore 15:00 Service Desk <desk@desk.example> ha scritto:",
  "Op za 31 jan 2026 om 15:00 schreef Service Desk <desk@desk.example>:",
  "Em sáb., 31 de jan. de 2026 às 15:00, Service Desk <desk@desk.example> escreveu:",
  "Den lör 31 jan. 2026 kl 15:00 skrev Service Desk <desk@desk.example>:",
  "lør. 31. jan. 2026 kl. 15:00 skrev Service Desk <desk@desk.example>:",
  "la 31. tammik. 2026 klo 15.00 Service Desk (desk@desk.example) kirjoitti:",
  "so 31. 1. 2026 v 15:00 odesílatel Service Desk <desk@desk.example> napsal:",
  "so 31. 1. 2026 o 15:00 Service Desk <desk@desk.example> napísal(a):",
  "sob., 31 sty 2026 o 15:00 Service Desk <desk@desk.example> napisał(a):",
  "Service Desk <desk@desk.example> ezt írta (időpont: 2026. jan. 31., Szo, 15:00):",
  "În sâm., 31 ian. 2026 la 15:00, Service Desk <desk@desk.example> a scris:",
  "31.01.2026 15:00, Service Desk пишет:",
  "сб, 31 січ. 2026 р. о 15:00 Service Desk <desk@desk.example> пише:",
  "На сб, 31.01.2026 г. в 15:00 Service Desk <desk@desk.example> написа:",
  "Service Desk <desk@desk.example>, 31 Oca 2026 Cmt, 15:00 tarihinde şunu yazdı:",
  "Στις Σάβ 31 Ιαν 2026 στις 15:00 ο χρήστης Service Desk <desk@desk.example> έγραψε:",
  "31. jaanuar 2026 15:00 Service Desk <desk@desk.example> kirjutas:",
  "2026年1月31日(土) 15:00 Service Desk <desk@desk.example>:",
  "在 2026年1月31日，15:00，Service Desk <desk@desk.example> 写道：",
  "Service Desk <desk@desk.example> 於 2026年1月31日 週六 下午3:00寫道：",
  "2026년 1월 31일 (토) 오후 3:00, Service Desk <desk@desk.example>님이 작성:",
  "בתאריך שבת, 31 בינו׳ 2026 ב-15:00 מאת Service Desk <desk@desk.example> כתב:",
  "Vào Th 7, 31 thg 1, 2026 vào lúc 15:00 Service Desk <desk@desk.example> đã viết:",
  "Pada tanggal Sab, 31 Jan 2026 pukul 15:00 Service Desk <desk@desk.example> menulis:",
];

const BLOCKS = [
  ["From", "Sent", "To", "Subject"],
  ["Von", "Gesendet", "An", "Betreff"],
  ["De", "Envoyé", "À", "Objet"],
  ["De", "Enviado el", "Para", "Asunto"],
  ["De", "Enviada em", "Para", "Assunto"],
  ["Da", "Inviato", "A", "Oggetto"],
  ["Van", "Verzonden", "Aan", "Onderwerp"],
  ["Från", "Skickat", "Till", "Ämne"],
  ["Fra", "Sendt", "Til", "Emne"],
  ["Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"],
  ["Od", "Wysłano", "Do", "Temat"],
  ["Od", "Odesláno", "Komu", "Předmět"],
  ["Feladó", "Elküldve", "Címzett", "Tárgy"],
  ["От", "Отправлено", "Кому", "Тема"],
  ["Kimden", "Gönderilen", "Kime", "Konu"],
  ["发件人", "发送时间", "收件人", "主题"],
  ["差出人", "送信日時", "宛先", "件名"],
];

const FEET = [
  "Sent from my iPhone",
  "Get Outlook for iOS",
  "Von meinem iPhone gesendet",
  "Gesendet mit der Telekom Mail App",
  "Envoyé de mon iPhone",
  "Enviado desde mi iPhone",
  "Inviato da iPhone",
  "Verstuurd vanaf mijn iPhone",
  "Skickat från min iPhone",
  "Wysłane z iPhone'a",
  "Отправлено с iPhone",
  "iPhoneから送信",
  "发自我的iPhone",
  "This e-mail and any attachments are confidential and intended only for the addressee.\nIf you are not the addressee, delete it.",
  "CONFIDENTIALITY NOTICE: what stands here is nobody's business.\n\nReally.",
  "Diese E-Mail enthält vertrauliche Informationen.\nSind Sie nicht der Adressat, löschen Sie sie.",
  "Ce message est confidentiel et destiné à son seul destinataire.",
  "Este mensaje es confidencial.",
  "Questo messaggio contiene informazioni riservate.",
  "Dit bericht is vertrouwelijk.",
  "Please consider the environment before printing this e-mail.",
];

suite("cut away", () => {
  for (const line of INTRODUCTIONS)
    test(line, () => {
      assert.equal(words(`${MINE}\n\n${line}\n> Please help.\n> Soon.\n`), MINE, "with a quote below");
      assert.equal(words(`${MINE}\n\n${line}\n\nPlease help.\n`), MINE, "with its history unquoted");
      assert.equal(words(`${MINE}\n\n${line}\n> Please help.\n\nBelow it.`), `${MINE}\n\n\nBelow it.`, "with words below");
    });
  for (const [from, sent, to, subject] of BLOCKS)
    test(`${from}, ${sent}`, () => {
      for (const bold of ["", "*"]) {
        const block = [from, sent, to, subject].map((name) => `${bold}${name}:${bold} Somebody 31.01.2026`).join("\n");
        assert.equal(words(`${MINE}\n\n________________________________\n${block}\n\nPlease help.`), MINE);
      }
    });
  for (const foot of FEET)
    test(foot.split("\n")[0] ?? "", () => {
      assert.equal(words(`${MINE}\n\n${foot}\n`), MINE);
      const { tags } = readBody(`[[Solution]]: Done.\nWell.\n\n${foot}\n`, RULES);
      assert.deepEqual(tags, [{ label: "solution", value: "Done.\nWell." }]);
    });
});

test("what only looks like it stays", () => {
  const texts = [
    "He wrote:\nnothing at all.",
    "Our plan:\nFrom: Munich\nDate: 31.01.2026\nTo: Hamburg",
    "Sent from my iPhone, by the way, is what he wrote.\nAnd more.",
    "This message is confidential and intended for you alone. It is all I write.",
    "The files are\n\nThis is not a disclaimer, but a paragraph that goes on.",
    "--- a rule ---\nwith text below",
    "[not a tag]: x",
  ];
  for (const text of texts) assert.equal(words(text), text);
  const { tags } = readBody(
    "[[Message]]: On 31/01/2026 Bob wrote:\n\\On 31/01/2026 15:00, Bob wrote:\n\\From: b@x.example\nSent: 31.01.2026\nx",
    RULES,
  );
  assert.deepEqual(tags, [
    {
      label: "message",
      value: "On 31/01/2026 Bob wrote:\nOn 31/01/2026 15:00, Bob wrote:\nFrom: b@x.example\nSent: 31.01.2026\nx",
    },
  ]);
});

test("looking for what stands below a text looks at each line of it a few times, however many are blank", () => {
  let looks = 0;
  const lines = new Proxy(["Done.", ...Array<string>(2_000).fill(""), "This e-mail is confidential"], {
    get(target, name, self) {
      if (typeof name === "string" && /^\d+$/.test(name)) looks++;
      return Reflect.get(target, name, self);
    },
  });
  assert.deepEqual(
    withoutFoot(lines, () => false),
    ["Done."],
  );
  assert.ok(looks < 10 * lines.length, `${looks} looks`);
});

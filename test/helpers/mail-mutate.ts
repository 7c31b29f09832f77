// Mails that are nearly right, made by a seed so that each can be made again: those of the cases changed at random places, and plain ones
// put together from what programs write.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Dice } from "./dice.ts";

const CASES = path.join(import.meta.dirname, "../wire/email");
/** Longer ones are played by the cases; changed they would take the time of many. */
export const LONGEST = 8 * 1024;

/** The mails of all cases, or of those that are no longer than that. */
export function caseMails(longest = Number.POSITIVE_INFINITY): Buffer[] {
  const folders = readdirSync(CASES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => readFileSync(path.join(CASES, name, "mail.eml"))).filter((mail) => mail.length <= longest);
}

const FRAGMENTS: readonly string[] = [
  ...["\r\n\r\n", "\r\n", "\n", "\r", "\0", " ", "\t", " \r\n", "=\r\n", "=", "=3D", "=C3", "=0A", "==", "--", "-- \r\n", "> "],
  ...[
    "\r\n ",
    "\r\n\t",
    "\r\n--b\r\n",
    "\r\n--b--\r\n",
    "\xff\xfe",
    "\xef\xbb\xbf",
    "\xc3",
    "\xe2\x80\xa8",
    "\x80\x9d",
    "\x1b$B",
    "+AGE-",
  ],
  ...["Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: text/plain; charset=utf-16le\r\n"],
  ...[
    "Content-Type: text/html\r\n",
    "Content-Type: message/rfc822\r\n",
    "Content-Type: text/plain; format=flowed; delsp=yes\r\n",
  ],
  ...["Content-Type: text/plain; charset=iso-2022-jp\r\n", "Content-Type: text/plain; charset*=x''y\r\n", "Content-Type: ;\r\n"],
  ...[
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "Content-Transfer-Encoding: x\r\n",
  ],
  ...[
    "Content-Disposition: attachment; filename=a.txt\r\n",
    "Content-Disposition: inline\r\n",
    "From nobody\r\n",
    "Subject:\r\n",
  ],
  ...["Auto-Submitted: auto-replied\r\n", "From: =?utf-8?B?####?= <a@x.example>\r\n", "Subject: =?utf-8?Q?=FF?= x\r\n"],
  ...[
    "=?utf-8?B?",
    "=?utf-8?Q?",
    "?=",
    "=?utf-8?Q?a?= =?utf-8?Q?b?=",
    "=?x-unknown?Q?=E4?=",
    "[[TaskId]]: T-1\r\n",
    "[[Message]]:",
    "[[",
    "]]:",
  ],
  ...[
    "[[Solution]]: done\r\n",
    "TicketId: T-1",
    "On Monday X wrote:\r\n> y\r\n",
    "<div>",
    "<blockquote>",
    "</p>",
    "<!--",
    "&#0;",
    "&amp",
  ],
];

/** One of these mails, changed at up to eight places. */
export function mutated(mails: readonly Buffer[], dice: Dice): Buffer {
  let mail: Buffer = dice.pick(mails).subarray(0, LONGEST);
  for (let left = 1 + dice.roll(8); left > 0; left--) mail = dice.pick(CHANGES)(mail, dice, mails);
  return mail;
}

type Change = (mail: Buffer, dice: Dice, mails: readonly Buffer[]) => Buffer;

const spliced = (mail: Buffer, at: number, cut: number, put: Buffer): Buffer =>
  Buffer.concat([mail.subarray(0, at), put, mail.subarray(at + cut)]);
const lineAt = (mail: Buffer, at: number): { from: number; to: number } => {
  const end = mail.indexOf(10, at);
  return { from: mail.lastIndexOf(10, Math.max(0, at - 1)) + 1, to: end === -1 ? mail.length : end + 1 };
};

const CHANGES: readonly Change[] = [
  (mail, dice) => spliced(mail, dice.roll(mail.length + 1), 0, Buffer.from(dice.pick(FRAGMENTS), "latin1")),
  (mail, dice) => spliced(mail, dice.roll(mail.length + 1), 1, Buffer.from([dice.roll(256)])),
  (mail, dice) => spliced(mail, dice.roll(mail.length + 1), dice.roll(40), Buffer.alloc(0)),
  (mail, dice) => mail.subarray(0, dice.roll(mail.length + 1)),
  (mail, dice) => {
    const { from, to } = lineAt(mail, dice.roll(mail.length + 1));
    return spliced(mail, from, to - from, Buffer.alloc(0));
  },
  (mail, dice) => {
    const { from, to } = lineAt(mail, dice.roll(mail.length + 1));
    return spliced(mail, lineAt(mail, dice.roll(mail.length + 1)).from, 0, mail.subarray(from, to));
  },
  (mail, dice) => {
    const { from, to } = lineAt(mail, dice.roll(mail.length + 1));
    return spliced(
      mail,
      from,
      0,
      Buffer.from(dice.pick(FRAGMENTS).repeat(1 + dice.roll(3)) + mail.toString("latin1", from, to), "latin1"),
    );
  },
  (mail, dice, mails) => {
    const other = dice.pick(mails);
    const from = dice.roll(Math.min(other.length, LONGEST));
    return spliced(mail, dice.roll(mail.length + 1), 0, other.subarray(from, from + dice.roll(400)));
  },
];

const SUBJECTS: readonly string[] = [
  ...[
    "TicketId: T-1",
    "",
    "=?utf-8?B?VGlja2V0SWQ6IFQtMQ==?=",
    "=?UTF-8?Q?Gr=C3=BC=C3=9Fe_T-1?= and more",
    "a\r\n b\r\n\tc",
    " \r\n x",
  ],
  ...[
    "=?utf-8?Q?a?= =?utf-8?Q?b?=\r\n =?utf-8?B?Yw==?=",
    "=?utf-8?B?w7w?= x",
    "=?utf-8?B?wg==?= =?utf-8?B?oQ==?=",
    "=?iso-8859-1?Q?=E4?=",
  ],
  ...[
    "=?utf-8?q?a_b?=c=?utf-8?q?d?=",
    "=?utf-8?Q?a b?=",
    "x =? y ?= z",
    "=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=",
    "=?utf-8*en?Q?x?=",
  ],
];
const TYPES: readonly string[] = [
  ...["", "text/plain", "text/plain; charset=utf-8", 'TEXT/PLAIN; CHARSET="UTF-8"; format=flowed', "text/html; charset=utf-8"],
  ...[
    "text/plain; format=flowed; delsp=yes; charset=us-ascii",
    "text/plain; charset=iso-8859-1",
    "text/plain;charset=windows-1252;",
  ],
  ...[
    "text/plain; charset=koi8-r",
    "text/plain; charset=iso-8859-15",
    'text/plain; charset="x y"',
    "text/plain; charset=utf-8; name=a.txt",
  ],
  ...[
    "text/plain; charset=",
    "text/plain; charset=utf-8; charset=latin1",
    "text/plain (a comment)",
    "text/plain; a*=b",
    "text/plain; x",
    "text/calendar",
  ],
];
const ENCODINGS: readonly string[] = [
  "",
  "7bit",
  "8BIT",
  "binary",
  "base64",
  "quoted-printable",
  "Quoted-Printable (x)",
  "uuencode",
];
const WORDS: readonly string[] = [
  ...[
    "plain words",
    " stuffed",
    "> quoted",
    "trailing \r\nfolded",
    "-- \r\nme",
    "Gr\xc3\xbc\xc3\x9fe",
    "\xe4\x80\x9d\x81",
    "[[TaskId]]: T-1",
    "\t",
  ],
  ...[
    "[[Message]]: one\r\ntwo",
    "=3D =C3=BC",
    "soft=\r\nend",
    "soft= \r\nend",
    "a=",
    "=4",
    "x  \t \r\n",
    "\n",
    "\r\n\r\n",
    "\r",
    "\0",
    "=?utf-8?Q?x?=",
  ],
  ...["<p>a&amp;b</p>", "\xef\xbb\xbf", "Content-Type: x", "--b", "From x", "-", " ", "- ", "\xe2\x80\xa8"],
];

/** A mail of one part, right in most. */
export function plainMail(dice: Dice): Buffer {
  const encoding = dice.pick(ENCODINGS);
  const type = dice.pick(TYPES);
  const body = Array.from({ length: dice.roll(12) }, () => dice.pick(WORDS) + dice.pick(["\r\n", "\r\n", "\n", " ", ""])).join(
    "",
  );
  const lines = [
    "From: noc@acme.example",
    `Subject:${dice.pick([" ", "", "\t"])}${dice.pick(SUBJECTS)}`,
    ...(type === "" ? [] : [`Content-Type: ${type}`]),
    ...(encoding === "" ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
    ...(dice.roll(6) === 0 ? ["Content-Disposition: inline"] : []),
  ];
  const end = dice.pick(["\r\n", "\r\n", "\r\n", "\n"]);
  const sent = encoding === "base64" && dice.roll(8) > 0 ? folded(Buffer.from(body, "latin1"), dice) : body;
  return Buffer.from(lines.join(end) + end + end + sent, "latin1");
}

function folded(body: Buffer, dice: Dice): string {
  return (
    body.toString("base64").replace(/.{76}/g, `$&${dice.pick(["\r\n", "\n", " \r\n"])}`) + dice.pick(["", "\r\n", "=", "\r\n--"])
  );
}

// Makes requests nobody would send out of requests somebody sent: by a seed, so that each can be made again. It sends nothing.
import type { Dice } from "./dice.ts";
import { type WireCase, readCases, requestBytes } from "../wire/soap/case-files.ts";

/** A request in its two parts; the head ends with the empty line. */
interface Request {
  head: string;
  body: Buffer;
}

/** What requests are made from. */
export interface Pool {
  requests: readonly Request[];
}

/** Longer ones are played on the wire; here they would take the time of many. */
const LONGEST = 32 * 1024;

/** The requests of all wire cases, about tasks that exist. */
export function createPool(values: Readonly<Record<string, string>>, tasks: readonly string[]): Pool {
  const bytesOf = (one: WireCase, index: number): Buffer => {
    const task = tasks[index % tasks.length] ?? "";
    return requestBytes(one, { ...values, task, foreignTask: tasks[0] ?? "" });
  };
  const all = readCases()
    .map(bytesOf)
    .filter((bytes) => bytes.length < LONGEST);
  const requests = all.map((bytes) => {
    const end = bytes.indexOf("\r\n\r\n") + 4;
    return { head: bytes.toString("latin1", 0, end), body: bytes.subarray(end) };
  });
  return { requests };
}

const FRAGMENTS: readonly string[] = [
  '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>&b;',
  "<!DOCTYPE a>",
  "<![CDATA[",
  "]]>",
  "<!--",
  "-->",
  "<?xml version='1.0' encoding='utf-16'?>",
  "<?pi ?>",
  "&lol;",
  "&#0;",
  "&#xD800;",
  "&#x110000;",
  "&#99999999999999999999;",
  "<",
  "&",
  "\0",
  "\ud7ff\ufffe",
  "<__proto__>x</__proto__>",
  "<constructor/>",
  "<toString/>",
  ' __proto__="1"',
  ' xmlns="urn:other"',
  ' xmlns:soap="urn:other"',
  ' xmlns:xml="urn:x"',
  ' xsi:nil="true"',
  ' href="#id0"',
  ' soap:mustUnderstand="1"',
  '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>',
  '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:1"/>',
  "<soap:Body>",
  "</soap:Envelope>",
  "<a>".repeat(60),
  "x".repeat(3000),
  "' or 1=1 --",
  "%00%0d%0a",
  "\r\n\r\n",
  "\ufeff",
];

const HEADERS: readonly string[] = [
  "Content-Encoding: gzip",
  "Content-Encoding: deflate",
  "Content-Encoding: br",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Content-Type: text/xml",
  "Content-Type: text/xml; charset=utf-16",
  "Content-Type: text/xml; charset=utf-7",
  "Content-Type: text/xml; charset=__proto__",
  'Content-Type: application/soap+xml; action="http://tempuri.org/ProcessInstanceTaskExternalUpdateMessage"',
  "Content-Type: application/soap+xml; charset=iso-8859-1",
  "Content-Type: multipart/related; type=text/xml; boundary=x",
  "Content-Type: application/x-www-form-urlencoded",
  "Content-Length: 0",
  "Content-Length: 99999999999",
  "Content-Length: -1",
  "SOAPAction:",
  'SOAPAction: ""',
  'SOAPAction: "constructor"',
  "SOAPAction: http://tempuri.org/ProcessInstanceTaskExternalReassignment",
  "Expect: 100-continue",
  "Expect: 200-ok",
  "Connection: keep-alive",
  "Connection: upgrade",
  "Upgrade: h2c",
  "Host: [::1",
  "X-Forwarded-For: 1.2.3.4",
  "Authorization: Basic Og==",
  `X-Long: ${"y".repeat(9000)}`,
];

const LABELS: readonly string[] = [
  "utf-8",
  "utf-16",
  "UTF-16BE",
  "iso-8859-1",
  "windows-1252",
  "shift_jis",
  "gb18030",
  "x",
  "utf-7",
];

/** One change to a request. */
type Mutation = (request: Request, dice: Dice, pool: Pool) => Request;

const inBody =
  (change: (body: Buffer, dice: Dice) => Buffer): Mutation =>
  ({ head, body }, dice) => ({ head, body: change(body, dice) });

function insert(body: Buffer, at: number, more: Buffer | string): Buffer {
  return Buffer.concat([body.subarray(0, at), Buffer.from(more as string), body.subarray(at)]);
}

/** A place where XML has something to say: behind a `<`, `>`, quote or blank, or anywhere. */
function place(body: Buffer, dice: Dice): number {
  const at = dice.roll(body.length + 1);
  const next = body.indexOf(dice.pick(["<", ">", '"', " ", "/"]), at);
  return next < 0 || dice.roll(4) === 0 ? at : next + dice.roll(2);
}

function flip(body: Buffer, dice: Dice): Buffer {
  const copy = Buffer.from(body);
  for (let left = 1 + dice.roll(3); left > 0 && copy.length > 0; left--) {
    const at = dice.roll(copy.length);
    copy[at] = dice.roll(2) === 0 ? dice.roll(256) : (copy[at] ?? 0) ^ (1 << dice.roll(8));
  }
  return copy;
}

function repeat(body: Buffer, dice: Dice): Buffer {
  const from = place(body, dice);
  const piece = body.subarray(from, Math.min(body.length, from + 1 + dice.roll(400)));
  return insert(body, place(body, dice), Buffer.concat(Array.from({ length: 1 + dice.roll(8) }, () => piece)));
}

function cut(body: Buffer, dice: Dice): Buffer {
  const from = place(body, dice);
  return Buffer.concat([body.subarray(0, from), body.subarray(from + 1 + dice.roll(60))]);
}

function relabel({ head, body }: Request, dice: Dice): Request {
  const label = dice.pick(LABELS);
  if (dice.roll(2) === 0)
    return { head: head.replace(/(content-type:[^\r]*?)(;\s*charset=[^\r;]*)?\r/i, `$1; charset=${label}\r`), body };
  return { head, body: Buffer.from(body.toString("latin1").replace(/encoding=["'][^"']*["']/, `encoding="${label}"`), "latin1") };
}

function changeHead({ head, body }: Request, dice: Dice): Request {
  const lines = head.slice(0, -4).split("\r\n");
  const at = 1 + dice.roll(Math.max(1, lines.length - 1));
  const line = lines[at] ?? "";
  const changed: readonly string[] = dice.pick([
    [],
    [line, line],
    [line.toUpperCase()],
    [line.replace(": ", ":")],
    [`${line}${dice.pick(FRAGMENTS).replaceAll(/[\r\n]/g, "")}`],
    [line, dice.pick(HEADERS)],
  ]);
  lines.splice(at, 1, ...changed);
  return { head: `${lines.join("\r\n")}\r\n\r\n`, body };
}

const MUTATIONS: readonly Mutation[] = [
  inBody(flip),
  inBody(flip),
  inBody((body, dice) => body.subarray(0, place(body, dice))),
  inBody(repeat),
  inBody(cut),
  inBody((body, dice) => insert(body, place(body, dice), dice.pick(FRAGMENTS))),
  inBody((body, dice) => insert(body, place(body, dice), dice.pick(FRAGMENTS))),
  ({ head }, dice, pool) => ({ head, body: dice.pick(pool.requests).body }),
  ({ head, body }, dice, pool) => {
    const other = dice.pick(pool.requests).body;
    return { head, body: Buffer.concat([body.subarray(0, place(body, dice)), other.subarray(place(other, dice))]) };
  },
  relabel,
  changeHead,
  changeHead,
  ({ head, body }, dice) => ({ head: flip(Buffer.from(head, "latin1"), dice).toString("latin1"), body }),
];

/** A mutated request, and whether its frame is right: then it may share a connection with others. */
export interface Made {
  bytes: Buffer;
  framed: boolean;
}

const LENGTH = /^content-length: *\d+\r/im;
/** A head whose end of the body is known: HTTP/1.1 with one length and no chunks. */
const PLAIN = /^POST [^\r]* HTTP\/1\.1\r\n(?![\s\S]*(?:transfer-encoding|expect):)[\s\S]*^content-length: *\d+\r/im;

/** Makes the next request. Nearly all have the length their head tells, as what is inside shall be read. */
export function makeRequest(pool: Pool, dice: Dice): Made {
  const first = dice.pick(pool.requests);
  let request = first;
  for (let left = 1 + dice.roll(2); left > 0; left--) request = dice.pick(MUTATIONS)(request, dice, pool);
  const { head, body } = request;
  if (head === first.head && PLAIN.test(head)) {
    const kept = head.replace(/^connection:.*\r\n/gim, "").replace(LENGTH, `Content-Length: ${body.length}\r`);
    return { bytes: Buffer.concat([Buffer.from(kept, "latin1"), body]), framed: true };
  }
  const mended = dice.roll(20) > 0 ? head.replace(LENGTH, `Content-Length: ${body.length}\r`) : head;
  return { bytes: Buffer.concat([Buffer.from(mended, "latin1"), body]), framed: false };
}

// Makes calls from the operations of the contract: most as it says, the others with one thing that is not. It sends nothing.
import { gzipSync } from "node:zlib";
import { type Described, type Part, resolve } from "./contract-rules.ts";
import { oddValue, rightValue, type Source, spoiled } from "./rest-fuzz-values.ts";

export interface FuzzCall {
  /** The operation it was made from; what it really means is for the judge to find. */
  made: Described;
  method: string;
  target: string;
  headers: [string, string][];
  body: Buffer | null;
}

/** Ways to show who calls, right and wrong, for callers by kind. */
export interface Keys {
  /** Headers that are right, by the kind of caller. */
  right: Readonly<Record<string, readonly [string, string][]>>;
  wrong: readonly (readonly [string, string][])[];
}

/** The parts of a call before they are put together. */
interface Draft {
  made: Described;
  method: string;
  path: Record<string, string>;
  query: [string, string][];
  headers: [string, string][];
  type: string | null;
  json: unknown;
  bytes: Buffer | null;
  /** Put over path and target when both are made. */
  bend: (call: FuzzCall) => FuzzCall;
}

export interface Maker {
  source: Source;
  operations: readonly Described[];
  keys: Keys;
  /** Kinds of callers an operation lets in. */
  callers(id: string): readonly string[];
}

/** Makes the next call. */
export function makeCall(maker: Maker, made: Described): FuzzCall {
  const { source } = maker;
  const { dice } = source;
  const draft = rightDraft(maker, made);
  if (dice.roll(2) > 0) dice.pick(SPOILS)(draft, maker);
  return draft.bend(together(draft));
}

function rightDraft(maker: Maker, made: Described): Draft {
  const { source, keys, callers } = maker;
  const { dice } = source;
  const draft: Draft = {
    made,
    method: made.method.toUpperCase(),
    path: {},
    query: [],
    headers: [],
    type: null,
    json: undefined,
    bytes: null,
    bend: (call) => call,
  };
  for (const { name, in: place, required, schema } of made.parameters) {
    if (!required && dice.roll(3) > 0) continue;
    const value = rightValue(source, schema, name);
    if (place === "path") draft.path[name] = String(value);
    if (place === "query") draft.query.push([name, String(value)]);
    if (place === "header") draft.headers.push([name, headerText(name, value)]);
  }
  const allowed = dice.pick(callers(made.id));
  draft.headers.push(dice.pick(keys.right[allowed] ?? [["x-api-key", ""]]));
  fillBody(draft, source);
  return draft;
}

/** What a header can hold. A file needs its name. */
function headerText(name: string, value: unknown): string {
  if (name === "Content-Disposition") return "attachment; filename*=UTF-8''pl%C3%A4n.txt";
  return String(value).replace(/[^\x20-\x7e]/g, "?");
}

function fillBody(draft: Draft, { definition, dice, ...rest }: Source): void {
  const content = resolve(definition, draft.made.operation.requestBody)?.content;
  if (!content) return;
  const [type = "", media] = dice.pick(Object.entries<Part>(content));
  draft.type = type === "*/*" ? dice.pick(["text/plain", "image/png", "application/json", "x/y; a=b"]) : type;
  if (/^application\/(?:[a-z-]+\+)?json$/.test(type)) {
    const examples = [media.example, ...Object.values<Part>(media.examples ?? {}).map(({ value }) => value)].filter(Boolean);
    const fromExample = examples.length > 0 && dice.roll(4) === 0;
    draft.json = fromExample ? dice.pick(examples) : rightValue({ definition, dice, ...rest }, media.schema, "");
  } else draft.bytes = Buffer.from(typeof media.example === "string" ? media.example : JSON.stringify(media.example ?? ""));
}

type Spoil = (draft: Draft, maker: Maker) => void;

const spoilBody: Spoil = (draft, { source }) => {
  if (draft.json !== undefined) draft.json = spoiled(source, draft.json);
};

const spoilQuery: Spoil = (draft, { source }) => {
  const { dice } = source;
  const names = draft.made.parameters.filter((one) => one.in === "query").map(({ name }) => name);
  const name = dice.pick([...names, "unheardOf", "__proto__"]);
  // Never a long wait, whatever else may be wrong.
  const value = name === "wait" ? dice.pick(["-1", "61", "x", "", "1e0"]) : String(oddValue(source)).slice(0, 2000);
  draft.query.push([name, value], ...(dice.roll(3) === 0 ? [[name, value] as [string, string]] : []));
};

const spoilBytes: Spoil = (draft, { source: { dice } }) => {
  if (draft.type === null) return;
  const text = Buffer.from(JSON.stringify(draft.json ?? {}));
  draft.bytes = dice.pick([
    Buffer.alloc(0),
    Buffer.from("{"),
    Buffer.from("nul"),
    Buffer.from('{"subject":"a","subject":"b","group":"x","message":"m","message":"n"}'),
    Buffer.from('{"message":"\\ud800"}'),
    Buffer.from('{"__proto__":{"a":1}}'),
    Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), text]),
    Buffer.from(JSON.stringify(draft.json ?? {}), "utf16le"),
    text.subarray(0, text.length >> 1),
    Buffer.from("[".repeat(5000)),
  ]);
};

const spoilType: Spoil = (draft, { source: { dice } }) => {
  draft.type = dice.pick([
    "text/plain",
    "application/xml",
    "application/json; charset=utf-16",
    'application/json;charset="UTF-8"',
    "multipart/form-data; boundary=x",
    ";",
    "application/json, text/plain",
    "APPLICATION/JSON",
  ]);
};

const spoilEncoding: Spoil = (draft, { source: { dice } }) => {
  const [encoding, pack] = dice.pick<[string, (bytes: Buffer) => Buffer]>([
    ["gzip", (bytes) => gzipSync(bytes)],
    ["gzip", (bytes) => bytes],
    ["deflate", (bytes) => bytes],
    ["br", (bytes) => bytes],
    ["gzip, gzip", (bytes) => gzipSync(gzipSync(bytes))],
    ["identity", (bytes) => bytes],
    ["__proto__", (bytes) => bytes],
  ]);
  draft.headers.push(["content-encoding", encoding]);
  draft.bend = (call) => ({ ...call, body: call.body && pack(call.body) });
};

const spoilKeys: Spoil = (draft, { source: { dice }, keys }) => {
  const others = draft.headers.filter(([name]) => !/^(x-api-key|authorization)$/i.test(name));
  const anyone = Object.values(keys.right).flat();
  draft.headers = [
    ...others,
    ...dice
      .pick<readonly (readonly [string, string])[]>([...keys.wrong, [dice.pick(anyone)], [dice.pick(anyone), dice.pick(anyone)]])
      .map(([name, value]): [string, string] => [name, value]),
  ];
};

const spoilHeader: Spoil = (draft, { source: { dice } }) => {
  const name = dice.pick([
    "idempotency-key",
    "if-match",
    "if-none-match",
    "prefer",
    "accept",
    "accept-encoding",
    "x-request-id",
    "last-event-id",
    "origin",
    "range",
  ]);
  const value = dice.pick([
    "",
    "x",
    "*",
    '"x"',
    'W/"x"',
    "return=minimal",
    "gzip;q=0",
    "text/html",
    "bytes=0-1",
    "null",
    "1",
    "99999999999999999999",
    "y".repeat(300),
    "\u00e4\u00ff",
  ]);
  draft.headers.push([name, value]);
};

const spoilPath: Spoil = (draft, { source: { dice } }) => {
  const names = Object.keys(draft.path);
  const odd = dice.pick([
    "%zz",
    "%00",
    "%ff",
    "..%2f..",
    "%E2%82",
    ".",
    "%20",
    "x".repeat(65),
    "x".repeat(3000),
    "a%2Fb",
    "%F0%9F%9A%80",
    "__proto__",
  ]);
  if (names.length > 0)
    draft.bend = (call) => ({ ...call, target: call.target.replace(encodeURIComponent(draft.path[names[0] ?? ""] ?? ""), odd) });
};

const spoilTarget: Spoil = (draft, { source: { dice } }) => {
  draft.bend = dice.pick<Draft["bend"]>([
    (call) => ({ ...call, target: call.target.replace("?", "/?") }),
    (call) => ({ ...call, target: `${call.target.split("?")[0]}/more` }),
    (call) => ({ ...call, target: `/v1${call.target.slice(3).toUpperCase()}` }),
    (call) => ({ ...call, target: `${call.target}${call.target.includes("?") ? "&" : "?"}&=&a&%zz=%zz` }),
    (call) => ({ ...call, method: dice.pick(["PUT", "PATCH", "DELETE", "GET", "POST"]) }),
  ]);
};

const ONCE: readonly Spoil[] = [spoilBytes, spoilType, spoilEncoding, spoilKeys, spoilPath, spoilTarget];
const TWICE: readonly Spoil[] = [spoilBody, spoilBody, spoilQuery, spoilHeader];
const SPOILS: readonly Spoil[] = [...ONCE, ...TWICE, ...TWICE];

function together({ made, method, path, query, headers, type, json, bytes }: Draft): FuzzCall {
  const filled = made.path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent((path[name] ?? "x").toWellFormed()));
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`);
  const body = bytes ?? (json === undefined ? null : Buffer.from(JSON.stringify(json)));
  const typed: [string, string][] = type === null ? headers : [...headers, ["content-type", type]];
  return { made, method, target: pairs.length > 0 ? `${filled}?${pairs.join("&")}` : filled, headers: typed, body };
}

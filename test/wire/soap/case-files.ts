// The folders beside this file, read: what a client sends, byte by byte, and what `answer.json` says of it. Never judges an answer.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";

export type Version = "1.1" | "1.2";
export type Role = "client" | "server" | "mustUnderstand" | "versionMismatch";

/** What `answer.json` says. Either `success`, `string`, `fault`, the plain `body` or texts that a page has. */
export interface Expected {
  what: string;
  status: number;
  /** Played against a gateway whose contract has HTTP GET and form POST on. */
  http?: boolean;
  /** Played against a gateway whose site has a UsernameToken. */
  token?: boolean;
  /** A success of GET or form POST: the event's id in one element. */
  string?: boolean;
  /** A file beside, with place-holders, that is the body. */
  bodyFile?: string;
  contains?: string[];
  /** Encoding of the request's bytes where they are not UTF-8. */
  encoding?: "latin1" | "utf16le" | "utf16be";
  /** How the body is compressed as it is sent. */
  packed?: keyof typeof PACKINGS;
  /** Bytes of each chunk (RFC 9112 section 7.1), for a request that says `Transfer-Encoding: chunked`. */
  chunks?: number;
  /** The provider's reference the task has before. */
  knownReference?: string;
  version?: Version;
  contentType?: string;
  success?: string;
  fault?: { role: Role; text: string };
  body?: string;
  code?: string;
  headers?: Record<string, string>;
  /** Fields of the event the call led to. */
  stored?: Record<string, string>;
  /** Why the answer is not the recorded one. */
  deviation?: string;
}

export interface WireCase {
  name: string;
  expected: Expected;
  /** The request as the file has it, with place-holders. */
  raw: string;
}

const PACKINGS = { gzip: gzipSync, deflate: deflateSync, "deflate-raw": deflateRawSync };

/** All cases, by name. */
export function readCases(): WireCase[] {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => {
    const file = (of: string): string => readFileSync(path.join(import.meta.dirname, name, of), "utf8");
    return { name, expected: JSON.parse(file("answer.json")) as Expected, raw: file("request.http") };
  });
}

type Values = Readonly<Record<string, string>>;

const filledIn = (text: string, values: Values): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);

/** The body that is expected word for word; undefined where none is. */
export function bodyOf({ name, expected: { body, bodyFile } }: WireCase, values: Values): string | undefined {
  const text = bodyFile === undefined ? body : readFileSync(path.join(import.meta.dirname, name, bodyFile), "utf8");
  return text === undefined ? undefined : filledIn(text, values);
}

/** The bytes of a request: values for place-holders, `{{text*n}}` repeated, the length of the body as it is sent. */
export function requestBytes({ raw, expected }: WireCase, values: Values): Buffer {
  const filled = filledIn(raw, values).replaceAll(/\{\{([^{}]+)\*(\d+)\}\}/g, (_, text: string, times: string) =>
    text.repeat(Number(times)),
  );
  const end = filled.indexOf("\r\n\r\n") + 4;
  const body = bodyBytes(filled.slice(end), expected);
  return Buffer.concat([Buffer.from(filled.slice(0, end).replace("{{length}}", String(body.length)), "latin1"), body]);
}

function bodyBytes(text: string, { encoding, packed, chunks }: Expected): Buffer {
  const plain = encoding === "utf16be" ? Buffer.from(text, "utf16le").swap16() : Buffer.from(text, encoding ?? "utf8");
  const body = packed === undefined ? plain : PACKINGS[packed](plain);
  return chunks === undefined ? body : chunked(body, chunks);
}

function chunked(body: Buffer, size: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"));
  }
  return Buffer.concat([...pieces, Buffer.from("0\r\n\r\n")]);
}

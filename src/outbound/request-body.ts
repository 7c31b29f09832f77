// Writes what a mapping made as the body of a request, and puts the secrets in last, each escaped as the format asks for.
// It never lets a mapping's value break the format it claims to have.
import { Failure } from "../core/errors.ts";
import type { RestApi } from "../store/outgoing.ts";
import type { Parcel } from "./ports.ts";

/** A body as it leaves and as it may be shown (its markers not yet secrets). Null for none. */
export interface Body {
  contentType: string;
  real: Buffer;
  shown: string;
}

/** Larger than any message; a mapping that makes more is out of hand. */
const MOST_BYTES = 10 * 1024 * 1024;

type Escape = (text: string) => string;

interface Format {
  contentType: string;
  write(value: unknown, fill: Fill): { real: string; shown: string };
}

type Fill = (text: string, escaped: Escape) => string;

const plain: Escape = (text) => text;
const escapeJson: Escape = (text) => JSON.stringify(text).slice(1, -1);
const XML_ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
const escapeXml: Escape = (text) => text.replace(/[&<>"']/g, (character) => XML_ENTITIES[character] ?? character);

/** A comment, which may hold what looks like CDATA, or CDATA, which may hold what looks like a comment. */
const RAW_XML = /(<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$))/;
const CDATA = "<![CDATA[";
const CDATA_END = "]]>";

/** Nothing is escaped inside CDATA (XML 1.0 section 2.7), so the one thing that ends it has no place in a secret there. */
function fillXml(part: string, fill: Fill): string {
  if (!part.startsWith(CDATA)) return fill(part, escapeXml);
  const isClosed = part.endsWith(CDATA_END);
  const filled = fill(part.slice(CDATA.length, isClosed ? -CDATA_END.length : undefined), plain);
  if (filled.includes(CDATA_END))
    throw new Failure("invalid_request", "A secret with ]]> cannot stand inside CDATA: put it outside.");
  return CDATA + filled + (isClosed ? CDATA_END : "");
}

const FORMATS: Readonly<Record<Exclude<RestApi["body"], "none">, Format>> = {
  json: {
    contentType: "application/json",
    write(value, fill) {
      const shown = writeJson(value);
      return { shown, real: fill(shown, escapeJson) };
    },
  },
  xml: {
    contentType: "application/xml; charset=utf-8",
    write(value, fill) {
      if (typeof value !== "string") throw new Failure("invalid_request", "A body of XML is made by a template, or is a text.");
      return {
        shown: value,
        real: value
          .split(RAW_XML)
          .map((part) => fillXml(part, fill))
          .join(""),
      };
    },
  },
  text: {
    contentType: "text/plain; charset=utf-8",
    write(value, fill) {
      const shown = writeScalar(value, "A body of text");
      return { shown, real: fill(shown, plain) };
    },
  },
  form: {
    contentType: "application/x-www-form-urlencoded",
    write(value, fill) {
      const pairs = formPairs(value);
      const real = pairs.map(([name, text]) => [fill(name, plain), fill(text, plain)]);
      return { shown: new URLSearchParams(pairs).toString(), real: new URLSearchParams(real).toString() };
    },
  },
};

/**
 * Writes `parcel.value` as `kind`. A text for JSON must be JSON already, as a template makes it. Throws a `Failure`
 * `invalid_request` when the value does not fit the kind, `too_large` over 10 MiB.
 */
export function writeBody(kind: RestApi["body"], parcel: Pick<Parcel, "value" | "input" | "secrets">): Body | null {
  if (kind === "none") return null;
  const { contentType, write } = FORMATS[kind];
  const markers = Object.values(parcel.input.secrets).filter((marker) => marker !== "");
  const fill = (text: string, escaped: Escape): string => {
    return markers.reduce((filled, marker) => {
      const written = escaped(marker);
      // A function, as the secret may hold `$&` and the like.
      return filled.includes(written) ? filled.replaceAll(written, () => escaped(parcel.secrets.fill(marker))) : filled;
    }, text);
  };
  const { real, shown } = write(parcel.value, fill);
  const bytes = Buffer.from(real, "utf8");
  if (bytes.length > MOST_BYTES) throw new Failure("too_large", `A body has at most ${MOST_BYTES} bytes.`);
  return { contentType, real: bytes, shown };
}

function writeJson(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value ?? null);
  try {
    JSON.parse(value);
    return value;
  } catch {
    throw new Failure("invalid_request", "The mapping made a text that is no JSON.");
  }
}

function writeScalar(value: unknown, what: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") throw new Failure("invalid_request", `${what} is a text, a number or a truth value.`);
  return String(value);
}

/** Names with one value or a list of them. */
function formPairs(value: unknown): [string, string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Failure("invalid_request", "A body of the kind form is made from an object.");
  }
  return Object.entries(value).flatMap(([name, field]) => {
    const list: unknown[] = Array.isArray(field) ? field : [field];
    return list.map((one): [string, string] => [name, writeScalar(one, `The form field ${name}`)]);
  });
}

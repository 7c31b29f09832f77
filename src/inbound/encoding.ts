// Which coding an answer may be packed with (RFC 9110 section 12.5.3), and the packing, off the main thread.
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

export type Coding = "br" | "gzip" | "identity";

/** What may be sent: the packed coding the client likes best, and whether it takes bytes as they are. */
export interface Acceptable {
  packed: Exclude<Coding, "identity"> | null;
  identity: boolean;
}

/** In the order in which we choose among those a client likes equally. */
const CODINGS = ["br", "gzip"] as const;
const AS_IT_IS: Acceptable = { packed: null, identity: true };

/** Reads Accept-Encoding. Without one, or with one that cannot be read, an answer goes as it is. */
export function acceptableCodings(header: string | undefined): Acceptable {
  if (header === undefined) return AS_IT_IS;
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((one) => one.trim());
    const q = parameters.find((one) => one.startsWith("q="))?.slice(2);
    const weight = q === undefined ? 1 : Number(q);
    // `x-gzip` is the same (section 8.4.1.3).
    if (name !== "" && weight >= 0) weights.set(name === "x-gzip" ? "gzip" : name, weight);
  }
  const any = weights.get("*");
  const weightOf = (coding: string): number => weights.get(coding) ?? any ?? 0;
  const liked = CODINGS.filter((one) => weightOf(one) > 0).sort((one, other) => weightOf(other) - weightOf(one));
  return { packed: liked[0] ?? null, identity: (weights.get("identity") ?? any ?? 1) > 0 };
}

const brotli = promisify(brotliCompress);
const zipped = promisify(gzip);
/** Fast levels: pages are packed for each call, and the better ones cost several times as much for little. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } };
const GZIP = { level: 5 };

/** The bytes in this coding. */
export function pack(coding: Exclude<Coding, "identity">, bytes: Buffer): Promise<Buffer> {
  return coding === "br" ? brotli(bytes, BROTLI) : zipped(bytes, GZIP);
}

// What liquid puts out: every value leaves marked for escaping, unless it was made for its place by a filter or a capture.
import { CaptureTag, type Context, Drop } from "liquidjs";
import { type DataKind, marked, unmarked } from "../marks.ts";
import { escapeXml } from "../weave-xml.ts";

/** A value that knows how it is put out. To conditions and filters it is its plain text. A class, because liquid asks for one. */
class Made extends Drop {
  readonly output: string;
  readonly plain: string;
  constructor(output: string, plain: string) {
    super();
    this.output = output;
    this.plain = plain;
  }
  override valueOf(): string {
    return this.plain;
  }
  override toString(): string {
    return this.plain;
  }
}

/** Captured template text stays template text, and the values in it stay values, wherever it is put out. */
export class Capture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    yield* super.render(context);
    const scope = context.bottom() as Record<string, unknown>;
    const output = String(scope[this.variable]);
    scope[this.variable] = new Made(output, unmarked(output));
  }
}

/** A value as it is put out. */
export function outputOf(value: unknown): string {
  if (value instanceof Made) return value.output;
  if (value === null || value === undefined) return marked("nothing", "");
  if (typeof value === "string") return marked("text", value);
  return marked("json", jsonOf(value));
}

/** The filter `json`: the value as JSON text. */
export function asJson(value: unknown): Made {
  const text = jsonOf(value instanceof Made ? value.plain : value);
  return new Made(marked("json", text), text);
}

/** The filter `xml`: the value escaped for XML, once even where XML would escape it anyway. */
export function asXml(value: unknown): Made {
  const text = escapeXml(
    typeof value === "object" && value !== null && !(value instanceof Made) ? jsonOf(value) : String(value ?? ""),
  );
  return new Made(marked("xml", text), text);
}

/** The value of a placeholder; `json` asks for the inside of a JSON string. */
export function placed(value: string, json: boolean): Made {
  const kind: DataKind = json ? "quoted" : "text";
  return new Made(marked(kind, value), value);
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

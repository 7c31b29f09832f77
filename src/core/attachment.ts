// What the gateway keeps of a file's name and type, whoever sent it. Pure; what comes out may stand in a header, a mail or a page.

/** Longest name, in UTF-16 units, and longest content type. */
export const MOST_NAME = 255;
const MOST_TYPE = 255;
/** A longer ending is no ending by which anybody knows what a file is. */
const MOST_ENDING = 16;
const FALLBACK_NAME = "file";
const FALLBACK_TYPE = "application/octet-stream";

/**
 * Control characters, line separators and half characters; what separates folders (on Windows a colon too, which also names a
 * stream of a file); and what turns the reading direction, by which `exe.gpj` passes for a picture.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029/\\:\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

/** The name under which a file is kept: nothing in it leads into another folder, hides it, or shows it as something else. */
export function safeFileName(name: string): string {
  // Only so much can matter: a name of a megabyte is cut before it is looked through.
  const clean = name
    .slice(0, 8 * MOST_NAME)
    .replace(UNSAFE, "_")
    .trim()
    .replace(/^\.+/, (dots) => "_".repeat(dots.length));
  return shortened(clean) || FALLBACK_NAME;
}

/** Cut in its middle, so that the ending stays, and never between the halves of a character. */
function shortened(name: string): string {
  if (name.length <= MOST_NAME) return name;
  const dot = name.lastIndexOf(".");
  const ending = name.length - dot <= MOST_ENDING ? name.slice(dot) : "";
  const stem = name.slice(0, MOST_NAME - ending.length).replace(/[\ud800-\udbff]$/, "");
  return `${stem}${ending}`.trim();
}

/** Whether a file is of a kind that is taken: where rules name types, of one of them, and where they name endings, with one of those. */
export function isTaken({ name, contentType }: { name: string; contentType: string }, rules: readonly string[]): boolean {
  const [type = ""] = contentType.toLowerCase().split(/[ \t;]/);
  const endings = rules.filter((rule) => rule.startsWith("."));
  const types = rules.filter((rule) => !rule.startsWith("."));
  const isType = (rule: string): boolean => (rule.endsWith("/*") ? type.startsWith(rule.slice(0, -1)) : type === rule);
  return (
    (endings.length === 0 || endings.some((ending) => name.toLowerCase().endsWith(ending))) &&
    (types.length === 0 || types.some(isType))
  );
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** A media type as RFC 9110 section 8.3.1 has it; no quoted value here has escapes. */
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}(?:[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|"[ !#-\\[\\]-~]*"))*$`);

/** The type as given where it has the form of one, else that of plain bytes. */
export function safeContentType(type: string | null | undefined): string {
  const given = type?.trim() ?? "";
  return given.length <= MOST_TYPE && MEDIA_TYPE.test(given) ? given : FALLBACK_TYPE;
}

/** Longest content id. */
const MOST_ID = 255;

/** The content id of a part of a mail (RFC 2392), without its angle brackets; empty where it has none that is well-formed. */
export function safeContentId(id: string): string {
  const bare = id.trim().replace(/^<|>$/g, "");
  return bare.length <= MOST_ID && /^[!-;=?-~]+$/.test(bare) ? bare : "";
}

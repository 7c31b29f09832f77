// Which prefix means which namespace where (Namespaces in XML 1.0, 5 and 6). Prefixes are keys of a Map, never property names.

const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

interface Binding {
  readonly prefix: string;
  readonly uri: string;
  /** How deep the element that declares it lies. */
  readonly level: number;
  /** What the prefix meant before. */
  readonly outer: Binding | undefined;
}

/** The declarations in scope. Finding, declaring and forgetting one take the same time however many there are. */
export class Namespaces {
  private readonly bound = new Map<string, Binding>();
  private readonly declared: Binding[] = [];
  private copied: ReadonlyMap<string, string> | null = null;

  constructor() {
    this.bound.set("xml", { prefix: "xml", uri: XML, level: 0, outer: undefined });
  }

  /** The namespace of a prefix in scope; undefined for none. The empty prefix is the default namespace, which may be none: "". */
  uriOf(prefix: string): string | undefined {
    return this.bound.get(prefix)?.uri ?? (prefix === "" ? "" : undefined);
  }

  /** Takes a declaration made by the element at `level`. Gives what is wrong with it, or null. */
  bind(prefix: string, uri: string, level: number): string | null {
    const wrong = refusal(prefix, uri);
    if (wrong !== null) return wrong;
    const outer = this.bound.get(prefix);
    if (outer?.level === level) return "a namespace prefix is declared twice";
    const binding = { prefix, uri, level, outer };
    this.bound.set(prefix, binding);
    this.declared.push(binding);
    this.copied = null;
    return null;
  }

  /** Forgets what the element at `level`, and any deeper, declared. */
  leave(level: number): void {
    for (let last = this.declared.at(-1); last !== undefined && last.level >= level; last = this.declared.at(-1)) {
      if (last.outer === undefined) this.bound.delete(last.prefix);
      else this.bound.set(last.prefix, last.outer);
      this.declared.pop();
      this.copied = null;
    }
  }

  /** All that is in scope now, to keep. Elements with the same declarations in scope share one copy. */
  copy(): ReadonlyMap<string, string> {
    this.copied ??= new Map(Array.from(this.bound.values(), ({ prefix, uri }) => [prefix, uri]));
    return this.copied;
  }
}

/** What Namespaces forbids a declaration to say (3, "Reserved Prefixes and Namespace Names"; 5, "No Prefix Undeclaring"). */
function refusal(prefix: string, uri: string): string | null {
  if (prefix === "xmlns") return "the prefix xmlns cannot be declared";
  if ((prefix === "xml") !== (uri === XML)) return "the prefix xml and its namespace belong together";
  if (uri === XMLNS) return "the namespace of xmlns cannot be declared";
  return uri === "" && prefix !== "" ? "a prefix cannot be undeclared" : null;
}

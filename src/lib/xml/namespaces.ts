// Which prefix means which namespace where (Namespaces in XML 1.0, 5 and 6). Prefixes are keys of a Map, never property names.

const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

interface Binding {
  readonly prefix: string;
  readonly uri: string;
  /** How deep the element that declares it lies. */
  readonly level: number;
}

/**
 * The declarations in scope, looked through from the innermost. Few are ever in scope, and for few a list is several times as
 * fast as a Map, which has to cut every prefix out of the document and hash it. That they stay few is the limit's to see to.
 */
export class Namespaces {
  private readonly bindings: Binding[] = [{ prefix: "xml", uri: XML, level: 0 }];
  private copied: ReadonlyMap<string, string> | null = null;

  /** The namespace of a prefix in scope; undefined for none. The empty prefix is the default namespace, which may be none: "". */
  uriOf(prefix: string): string | undefined {
    return this.uriAt(prefix, 0, prefix.length);
  }

  /** The same for a prefix that stands in a text, where it is not cut out. */
  uriAt(text: string, start: number, length: number): string | undefined {
    const { bindings } = this;
    for (let index = bindings.length - 1; index >= 0; index -= 1) {
      const { prefix, uri } = bindings[index] as Binding;
      if (prefix.length === length && text.startsWith(prefix, start)) return uri;
    }
    return length === 0 ? "" : undefined;
  }

  /** Takes a declaration made by the element at `level`. Gives what is wrong with it, or null. */
  bind(prefix: string, uri: string, level: number): string | null {
    const { bindings } = this;
    const wrong = refusal(prefix, uri);
    if (wrong !== null) return wrong;
    for (let index = bindings.length - 1; bindings[index]?.level === level; index -= 1)
      if (bindings[index]?.prefix === prefix) return "a namespace prefix is declared twice";
    bindings.push({ prefix, uri, level });
    this.copied = null;
    return null;
  }

  /** Forgets what the element at `level`, and any deeper, declared. */
  leave(level: number): void {
    const { bindings } = this;
    while ((bindings[bindings.length - 1] as Binding).level >= level) {
      bindings.pop();
      this.copied = null;
    }
  }

  /** All that is in scope now, to keep. Elements with the same declarations in scope share one copy. */
  copy(): ReadonlyMap<string, string> {
    this.copied ??= new Map(this.bindings.map(({ prefix, uri }) => [prefix, uri]));
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

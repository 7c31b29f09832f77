// The form of an operation's page: a field for each value, and what the page's script needs to make the request of them. Puts nothing
// into a page that was not escaped.
import { escapeHtml } from "../../../lib/html.ts";
import type { Contract, Operation } from "../contract/contract.ts";
import type { Member, Parameter } from "../contract/layout.ts";
import { SOAP11 } from "../versions.ts";
import { escapeAttribute } from "../write.ts";

/** A piece of the request: text as it is, or the value of a field between its tags. One that `mayMiss` is left out when empty. */
type Piece = string | { field: number; open: string; close: string; mayMiss: boolean };

/** The whole form, as HTML. */
export function operationForm(contract: Contract, operation: Operation): string {
  const { parameters } = operation.request;
  const works = contract.httpPost && operation.http !== null;
  const file = contract.path.slice(contract.path.lastIndexOf("/") + 1);
  const target = works ? ` action="${escapeHtml(`${file}/${operation.name}`)}"` : "";
  const pieces = JSON.stringify(piecesOf(contract, operation));
  const fields = parameters.map((parameter) => field(contract, parameter));
  return [
    `<form method="post"${target} data-action="${escapeHtml(operation.action)}" data-pieces="${escapeHtml(pieces)}">`,
    ...fields,
    CREDENTIALS,
    works ? "" : "<noscript><p>This form needs scripts: without them the service takes SOAP alone.</p></noscript>",
    `<p><button type="submit"${works ? "" : " disabled"}>Send</button></p></form>`,
    '<section id="answer" aria-live="polite" hidden><h3>Answer</h3><p id="status"></p><pre id="body" tabindex="0"></pre></section>',
  ].join("\n");
}

/** Without names, so that a form sent without scripts has none of them: then the browser asks for the password itself. */
const CREDENTIALS = `<fieldset id="credentials" hidden><legend>Credentials</legend>
<p>Give an API key, or a user and a password. They are sent with this request only and are not kept.</p>
<p><label for="key">API key</label><input id="key" type="password" autocomplete="off" spellcheck="false"></p>
<p><label for="user">User</label><input id="user" type="text" autocomplete="off" autocapitalize="off" spellcheck="false"></p>
<p><label for="password">Password</label><input id="password" type="password" autocomplete="off"></p></fieldset>`;

function field(contract: Contract, parameter: Parameter): string {
  const { index, path, type } = parameter;
  const id = `field-${index}`;
  const label = `<label for="${id}">${escapeHtml(path)} <small>${escapeHtml(type.name)}</small></label>`;
  const attributes = `id="${id}" name="${escapeHtml(path)}" data-field="${index}"`;
  const choices = type.words ?? (type.kind === "flag" ? ["false", "true"] : null);
  if (choices !== null) {
    const all = mayMiss(contract, parameter) && type.kind !== "flag" ? ["", ...choices] : choices;
    const options = all.map((one) => `<option value="${escapeHtml(one)}">${escapeHtml(one)}</option>`);
    return `<p>${label}<select ${attributes}>${options.join("")}</select></p>`;
  }
  if (type.kind === "text" && !type.isValueType) return `<p>${label}<textarea ${attributes} rows="1"></textarea></p>`;
  const hint = type.kind === "time" ? ' placeholder="2026-01-31T09:30:00"' : "";
  return `<p>${label}<input ${attributes} type="text"${hint}></p>`;
}

/** Whether an empty field means that the element is left out. */
function mayMiss({ reading }: Contract, { least }: Parameter): boolean {
  return reading === "lenient" || least === 0;
}

function piecesOf(contract: Contract, { request }: Operation): Piece[] {
  const inner = (member: Member, around: string | null): Piece[] => {
    const { name, namespace } = member;
    const open = `<${name}${around === namespace ? "" : ` xmlns="${escapeAttribute(namespace)}"`}>`;
    const close = `</${name}>`;
    if (member.type === null) return [open, ...[...member.members.values()].flatMap((one) => inner(one, namespace)), close];
    return [{ field: member.index, open, close, mayMiss: mayMiss(contract, member as Parameter) }];
  };
  return [SOAP11.open, ...inner(request.root, null), SOAP11.close];
}

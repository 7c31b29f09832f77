// The pages about a service: what it offers, and each operation with samples and a form. Open to anybody, so they tell the contract
// and nothing of the site; no text goes in that was not escaped.
import { escapeHtml, page } from "../../../lib/html.ts";
import type { Contract, Operation } from "../contract/contract.ts";
import { operationForm } from "./operation-form.ts";
import type { Answer } from "../problems.ts";
import { type Sample, samplesOf } from "./samples.ts";

export const HTML = "text/html; charset=utf-8";

/**
 * Nothing but the gateway's own style and script, and no page around this one. The referrer stays with the site itself: without any,
 * browsers send `Origin: null` with a form, and it could not be told from one of another site.
 */
const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "Referrer-Policy": "same-origin",
};

const HEAD = '<link rel="stylesheet" href="?page.css">';

function htmlAnswer(title: string, body: string, head = ""): Answer {
  const text = page(title, `<main>${body}</main>`, HEAD + head);
  return { status: 200, contentType: HTML, body: text, code: null, headers: HEADERS };
}

const linkTo = (name: string): string => `<a href="?op=${encodeURIComponent(name)}">${escapeHtml(name)}</a>`;

const said = (text: string): string => (text === "" ? "" : `<p>${escapeHtml(text)}</p>`);

/** The page of the service. `address` is where it is published. */
export function servicePage({ name, documentation, operations }: Contract, address: string): Answer {
  const items = operations.map((operation) => `<li>${linkTo(operation.name)}${said(operation.documentation)}</li>`);
  const links =
    '<ul><li><a href="?WSDL">Service description (WSDL)</a></li><li><a href="?disco">Discovery document</a></li></ul>';
  return htmlAnswer(
    name,
    [
      `<h1>${escapeHtml(name)}</h1>${said(documentation)}`,
      `<p>Address: <code>${escapeHtml(address)}</code></p>`,
      `<h2>Operations</h2><ul class="operations">${items.join("")}</ul>`,
      `<h2>Description</h2>${links}`,
    ].join("\n"),
  );
}

/** The page about a method that is not there. */
export function unknownMethodPage({ name }: Contract, method: string): Answer {
  const body = `<h1>${escapeHtml(name)}</h1><p>There is no method <code>${escapeHtml(method.slice(0, 200))}</code> in this service.</p>`;
  return htmlAnswer(name, `${body}<p><a href="?">All operations</a></p>`);
}

/** The page of an operation. */
export function operationPage(contract: Contract, operation: Operation, address: string): Answer {
  // A host may look right and still be none, such as one with the port 99999.
  const { host, pathname } = URL.canParse(address) ? new URL(address) : { host: "host", pathname: contract.path };
  const samples = samplesOf({ contract, operation, host, path: pathname });
  return htmlAnswer(
    `${operation.name} – ${contract.name}`,
    [
      `<nav><a href="?">${escapeHtml(contract.name)}</a></nav>`,
      `<h1>${escapeHtml(operation.name)}</h1>${said(operation.documentation)}`,
      `<h2>Test</h2><p>A request from here is a real one: what it asks for is done.</p>${operationForm(contract, operation)}`,
      ...samples.map(sampleSection),
    ].join("\n"),
    '<script src="?page.js" defer></script>',
  );
}

function sampleSection({ title, request, response }: Sample): string {
  const text = (what: string): string => `<pre tabindex="0">${escapeHtml(what)}</pre>`;
  const about = `<p>A sample of a request over ${title}, and its answer. Put values in place of the names of types, and the number of bytes in place of <code>length</code>.</p>`;
  return `<section><h2>${title}</h2>${about}${text(request)}${text(response)}</section>`;
}

/** The page of an error that ASP.NET tells with a page. `text` is cut short and escaped. */
export function errorPage(status: number, title: string, text: string): Answer {
  const body = page(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text.slice(0, 500))}</p>`);
  return { status, contentType: HTML, body, code: "invalid_request", headers: HEADERS };
}

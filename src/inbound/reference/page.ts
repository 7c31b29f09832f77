// The reference of the REST contract, to read and to try: swagger-ui, served from here alone, with no script in the page.
import { fileURLToPath } from "node:url";
import type { Express } from "express";
import { page } from "../../lib/html.ts";

/** Beside the page, by the name under which the browser asks for it. */
const FILES: Readonly<Record<string, string>> = {
  "swagger-ui.css": import.meta.resolve("swagger-ui-dist/swagger-ui.css"),
  "swagger-ui-bundle.js": import.meta.resolve("swagger-ui-dist/swagger-ui-bundle.js"),
  "reference.js": new URL("reference.js", import.meta.url).href,
};

/** The library draws its signs as data; nothing else may come from elsewhere, and calls go to this gateway alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const HEAD = '<link rel="stylesheet" href="reference/swagger-ui.css">';
const BODY = [
  '<div id="reference"></div>',
  '<noscript>This page needs scripts. The contract itself is at <a href="openapi.yaml">openapi.yaml</a>.</noscript>',
  '<script src="reference/swagger-ui-bundle.js" defer></script>',
  '<script type="module" src="reference/reference.js"></script>',
].join("");

/** Adds the page and its files. Paths in it are relative, so a proxy may give it a path of its own. */
export function addReference(app: Express): void {
  const shown = page("Crossdesk: REST reference", BODY, HEAD);
  app.get("/reference", (request, response) => {
    if (request.path.endsWith("/")) return response.redirect(301, "../reference");
    response.set("content-security-policy", POLICY).type("html").send(shown);
  });
  app.get("/reference/:file", (request, response, next) => {
    const { file } = request.params;
    if (!Object.hasOwn(FILES, file)) return next();
    response.sendFile(fileURLToPath(FILES[file] ?? ""), { maxAge: "1h" });
  });
}

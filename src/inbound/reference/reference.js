// Draws the reference of the REST contract. Everything is asked for beside this page, so that it works behind a path of a proxy's own.
const base = new URL(".", document.baseURI).href.replace(/\/$/, "");

/** Only to this gateway, and without the browser's own login: what is typed in here is all a call carries. */
function keepHome(request) {
  if (!request.url.startsWith(`${base}/`)) throw new Error("This page calls its own gateway only.");
  request.credentials = "omit";
  return request;
}

const contract = await (await fetch(`${base}/openapi.json`, { credentials: "omit" })).json();
globalThis.SwaggerUIBundle({
  dom_id: "#reference",
  spec: { ...contract, servers: [{ url: base }] },
  // Nothing is kept: keys are gone with the page.
  persistAuthorization: false,
  validatorUrl: null,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  filter: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  requestInterceptor: keepHome,
});

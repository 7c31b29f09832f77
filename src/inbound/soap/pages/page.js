// The script of an operation's page: makes the SOAP 1.1 request of the fields, sends it to this very service, shows the answer.
// Runs in browsers. Keeps no credentials and sends them nowhere else.
const form = document.querySelector("form[data-pieces]");
const button = form.querySelector("button");

const byId = (id) => document.getElementById(id);

/** Text as XML content. What no XML can carry is left to the service to refuse. */
const escaped = (text) => text.replace(/[&<>\r]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;" })[one]);

/** The envelope, from the pieces the page came with. */
function envelope() {
  return JSON.parse(form.dataset.pieces)
    .map((piece) => {
      if (typeof piece === "string") return piece;
      const { value } = form.querySelector(`[data-field="${piece.field}"]`);
      return value === "" && piece.mayMiss ? "" : piece.open + escaped(value) + piece.close;
    })
    .join("");
}

/** What stands in the fields of the credentials, as headers. */
function credentials() {
  const key = byId("key").value.trim();
  if (key !== "") return { "X-Api-Key": key };
  const user = byId("user").value;
  if (user === "") return {};
  const bytes = new TextEncoder().encode(`${user}:${byId("password").value}`);
  return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

function show(status, body) {
  byId("status").textContent = status;
  byId("body").textContent = body;
  byId("body").hidden = body === "";
  byId("answer").hidden = false;
}

async function send() {
  const headers = { "Content-Type": "text/xml; charset=utf-8", SOAPAction: `"${form.dataset.action}"`, ...credentials() };
  // Without remembered credentials, so that the browser does not ask for a password in a window of its own.
  const options = { method: "POST", headers, body: envelope(), credentials: "omit", cache: "no-store", redirect: "error" };
  const answer = await fetch(location.pathname, options);
  const code = answer.headers.get("X-Crossdesk-Code");
  show(`${answer.status} ${answer.statusText}${code === null ? "" : ` (${code})`}`, await answer.text());
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  try {
    await send();
  } catch (error) {
    show(`The request could not be sent: ${error.message}`, "");
  } finally {
    button.disabled = false;
  }
});
byId("credentials").hidden = false;
button.disabled = false;

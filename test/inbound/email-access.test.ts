// How a mailbox is reached: TLS that is checked, OAuth 2 tokens that are renewed, and what an operator is told when it fails.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, suite, test } from "node:test";
import type { MailboxDocument } from "../../src/store/site-mailboxes.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { startDovecot, type TestDovecot } from "../helpers/dovecot.ts";
import { lacking } from "../helpers/packages.ts";
import { makeCertificate } from "../outbound/request-certificates.ts";
import { happenings, type Happenings, mailEvents, message } from "./email-harness.ts";

/** Gives tokens as an authority would, and tells the mail server whose they are. */
interface TokenServer {
  url: string;
  /** Grants that came, with what was shown. */
  grants: string[];
  /** Tokens that are worth something now. */
  live: Set<string>;
  /** The one refresh token that is worth something; each use makes another. */
  refresh: string;
  server: Server;
}

async function startTokens(): Promise<TokenServer> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const url = new URL(request.url ?? "", "http://here");
    const shown = url.searchParams.get("token");
    if (shown !== null) return answer(200, { active: tokens.live.has(shown), username: "desk" });
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    const who = Buffer.from(request.headers.authorization?.replace("Basic ", "") ?? "", "base64").toString();
    tokens.grants.push(`${form.get("grant_type")} ${who || form.get("client_id")} ${form.get("scope")}`);
    const isKnown =
      form.get("grant_type") === "refresh_token" ? form.get("refresh_token") === tokens.refresh : who === "mail:s3cret";
    if (!isKnown) return answer(400, { error: "invalid_grant" });
    const token = `token-${tokens.grants.length}`;
    tokens.live.add(token);
    if (form.get("grant_type") === "client_credentials") return answer(200, { access_token: token, token_type: "Bearer" });
    tokens.refresh = `refresh-${tokens.grants.length}`;
    answer(200, { access_token: token, token_type: "Bearer", refresh_token: tokens.refresh });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokens: TokenServer = { url, grants: [], live: new Set(), refresh: "refresh-0", server };
  return tokens;
}

suite("a mailbox over TLS, and with OAuth 2", { skip: lacking("dovecot") }, () => {
  const certificate = makeCertificate(["127.0.0.1"]);
  let tokens: TokenServer;
  let dovecot: TestDovecot;
  let app: TestApp;
  let lines: Happenings<Record<string, unknown>>;

  before(async () => {
    tokens = await startTokens();
    dovecot = await startDovecot({ tls: certificate, tokenInfo: `${tokens.url}/info?token=` });
    lines = happenings();
    app = await startApp({
      env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${new URL(tokens.url).port}` },
      onLog: lines.add,
    });
    await app.createTask({ number: "T-1" });
  });
  after(async () => {
    await app.close();
    await dovecot.remove();
    tokens.server.close();
  });

  const basis = () => ({
    ...{ name: "desk", host: "127.0.0.1", user: "desk", folder: "Desk", trust: { kind: "sender" } as const },
    pollSeconds: 86_400,
  });
  const login = { password: "only-for-tests" };
  /** Reads a mailbox until it had a mail, or failed; gives the messages of the task, or what the operator is told. */
  const read = async (mailbox: Partial<MailboxDocument>, text: string, server = dovecot): Promise<string> => {
    const since = lines.all.length;
    const end = lines.until((line) => lines.all.indexOf(line) >= since && ends(line));
    await app.app.store.admin.apply({ mailboxes: [{ ...basis(), ...mailbox } as MailboxDocument] });
    if (text !== "-") await server.append(message(text));
    await end;
    const line = lines.all.slice(since).find(ends);
    // Nothing is read any more, and the mailbox stays.
    await app.app.store.admin.apply({ mailboxes: [{ ...basis(), host: null }] });
    return line?.["event"] === "mailbox.failed" ? String(line["says"]) : ((await mailEvents(app, "T-1")).at(-1) ?? "");
  };
  const ends = (line: Record<string, unknown>): boolean => line["event"] === "mailbox.failed" || line["channel"] === "email";

  test("by TLS and by STARTTLS, under an authority that the mailbox names", async () => {
    const { cert: ca } = certificate;
    assert.equal(await read({ ...login, ca, port: dovecot.tlsPort, security: "tls" }, "by tls"), "by tls");
    assert.equal(await read({ ...login, ca, port: dovecot.port, security: "starttls" }, "by starttls"), "by starttls");
  });

  test("a certificate nobody vouches for, or for another name, is not accepted, and the operator is told what to do", async () => {
    const port = dovecot.tlsPort;
    assert.match(await read({ ...login, port }, "-"), /authority this machine does not know: .* into ca/);
    assert.match(await read({ ...login, port: dovecot.port, security: "starttls" }, "-"), /put that authority's certificate/);
    assert.match(await read({ ...login, port, ca: makeCertificate(["127.0.0.1"]).cert }, "-"), /certificate \(PEM\) into ca/);
    assert.match(
      await read({ ...login, port, ca: certificate.cert, host: "localhost" }, "-"),
      /set host to a name that stands in it/,
    );
    assert.match(
      await read({ ...login, port: dovecot.port, ca: certificate.cert }, "-"),
      /check the port, and security tls or starttls/,
    );
    assert.match(await read({ password: "wrong", port, ca: certificate.cert }, "-"), /Check user and password/);
    assert.match(await read({ ...login, port, ca: certificate.cert, folder: "Nowhere" }, "-"), /Check the folder Nowhere/);
  });

  test("an access token by client credentials is kept, and renewed when the mail server refuses it", async () => {
    const oauth2 = { tokenUrl: `${tokens.url}/token`, clientId: "mail", clientSecret: "s3cret", scope: "imap" };
    const mailbox = { oauth2, ca: certificate.cert, port: dovecot.tlsPort };
    assert.equal(await read(mailbox, "by token"), "by token");
    assert.equal(await read(mailbox, "again"), "again");
    assert.deepEqual(tokens.grants, ["client_credentials mail:s3cret imap"]);
    tokens.live.clear();
    assert.equal(await read(mailbox, "renewed"), "renewed");
    assert.deepEqual(tokens.grants.length, 2);
    const refused = await read({ ...mailbox, oauth2: { ...oauth2, clientSecret: "s3cret-no-more" } }, "-");
    assert.match(refused, /no access token: No token was given \(invalid_grant\).* Check oauth2/);
    assert.doesNotMatch(JSON.stringify(lines.all), /s3cret|token-\d|refresh-\d/);
  });

  test("a refresh token that its server replaces is kept, sealed, and used from then on", async () => {
    const oauth2 = { tokenUrl: `${tokens.url}/token`, clientId: "desk-app", refreshToken: "refresh-0" };
    const mailbox = { oauth2, ca: certificate.cert, port: dovecot.tlsPort };
    for (const text of ["first", "second"]) {
      tokens.live.clear();
      assert.equal(await read(mailbox, text), text);
    }
    const kept = await app.app.store.mailboxes.refreshToken("desk", "refresh-0");
    assert.equal(kept, tokens.refresh);
    assert.equal(await app.app.store.mailboxes.refreshToken("desk", "another-set-up"), "another-set-up");
    const shown = await fetch(`${app.url}/v1/site`, { headers: { "x-api-key": app.keys.admin } });
    assert.doesNotMatch(await shown.text(), /refresh-|only-for-tests/);
  });

  test("how a mailbox is read is told, with what to do when it is not, and how its mails ended", async () => {
    const mailbox = { ...login, ca: certificate.cert, port: dovecot.tlsPort };
    // What ended is kept some time later.
    const had = lines.all.filter((line) => line["channel"] === "email").length;
    const before = (await told((one) => one["state"] === "not_read" && countOf(one) === had))["mails"] as Record<string, number>;
    assert.equal(await read(mailbox, "told"), "told");
    await app.app.store.admin.apply({ mailboxes: [{ ...basis(), ...mailbox } as MailboxDocument] });
    const {
      lastReadAt,
      lastMailAt,
      mails,
      lastError: _lastError,
      since: _since,
      ...rest
    } = await told((one) => one["state"] === "waiting" && countOf(one) === (before["applied"] ?? 0) + 1);
    assert.deepEqual(rest, {
      ...{ name: "desk", host: "127.0.0.1", user: "desk", folder: "Desk", state: "waiting" },
      ...{ waiting: 0, lagSeconds: 0, failures: 0 },
    });
    assert.ok(lastReadAt && lastMailAt && String(lastMailAt) <= new Date().toISOString());
    assert.deepEqual(mails, { ...before, applied: (before["applied"] ?? 0) + 1 });
    await app.app.store.admin.apply({ mailboxes: [{ ...basis(), ...mailbox, password: "wrong" } as MailboxDocument] });
    const failing = await told((one) => one["state"] === "failing");
    assert.match(String((failing["lastError"] as { says: string }).says), /Authentication failed.*Check user and password\.$/);
    assert.ok(Number(failing["failures"]) > 0);
    assert.equal((await list(app.keys.acme)).status, 403);
    await app.app.store.admin.apply({ mailboxes: [{ ...basis(), host: null }] });
  });

  // The last: another server has another UIDVALIDITY, and its mailbox is read from the beginning.
  test("a server that takes access tokens by XOAUTH2 alone is read; one it refuses is renewed", async () => {
    const alone = await startDovecot({ tls: certificate, tokenInfo: `${tokens.url}/info?token=`, xoauth2Only: true });
    try {
      const oauth2 = { tokenUrl: `${tokens.url}/token`, clientId: "mail", clientSecret: "s3cret", scope: "alone" };
      const mailbox = { oauth2, ca: certificate.cert, port: alone.tlsPort };
      assert.equal(await read(mailbox, "by XOAUTH2", alone), "by XOAUTH2");
      const { size } = tokens.live;
      tokens.live.clear();
      assert.equal(await read(mailbox, "by another token", alone), "by another token");
      assert.ok(size > 0 && tokens.live.size === 1, "a new token was had");
      const stolen = { ...mailbox, user: "somebody-else", oauth2: { ...oauth2, scope: "other" } };
      assert.match(await read(stolen, "-", alone), /Check user and oauth2|Check oauth2|Check user/);
    } finally {
      await alone.remove();
    }
  });

  const list = (key: string): Promise<Response> => fetch(`${app.url}/v1/mailboxes`, { headers: { "x-api-key": key } });
  const countOf = ({ mails }: Record<string, unknown>): unknown => (mails as Record<string, number>)["applied"];
  /** What is told of the mailbox once it fits; asked again with whatever happens. */
  const told = async (fits: (one: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> => {
    for (let seen = lines.all.length; ; seen = lines.all.length) {
      const { mailboxes } = (await (await list(app.keys.admin)).json()) as { mailboxes: Record<string, unknown>[] };
      const [one] = mailboxes;
      if (one && fits(one)) return one;
      // Each question has a line in the log, so that this goes on with the next one.
      await lines.until((line) => lines.all.indexOf(line) >= seen);
    }
  };
});

// Mails as they leave: over which connections, what servers' answers lead to, and what is kept of a try.
import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import type { SMTPServerOptions } from "smtp-server";
import { createEmailTransport, type EmailTransportOptions } from "../../src/outbound/transports/email.ts";
import type { EmailApi } from "../../src/store/outgoing.ts";
import { AT, makeCertificate, type ParcelChanges, parcelOf, type Sink, startScript, startSink, TOKEN_KEY } from "./email-sink.ts";

const NO_LIMIT = new AbortController().signal;
const CERTIFICATE = makeCertificate("mail.test");

function transport(options: Partial<EmailTransportOptions> = {}) {
  return createEmailTransport({
    checkHost: async (host, port) => ({ ok: true, host, port, addresses: ["127.0.0.1"] }),
    tokenKey: TOKEN_KEY,
    clock: () => AT,
    ca: CERTIFICATE.cert,
    ...options,
  });
}

/** Sends one mail and closes the transport. */
async function send(port: number, changes: ParcelChanges = {}, options: Partial<EmailTransportOptions> = {}) {
  const sender = transport(options);
  const outcome = await sender.send(parcelOf(port, changes), NO_LIMIT);
  await sender.close();
  return outcome;
}

suite("mail servers", () => {
  const sinks: Sink[] = [];
  const sink = async (options?: SMTPServerOptions): Promise<Sink> => {
    const started = await startSink({ ...CERTIFICATE, ...options });
    sinks.push(started);
    return started;
  };
  after(() => Promise.all(sinks.map((one) => one.close())));
  const security = (kind: EmailApi["security"]) => ({ api: { security: kind } });

  test("are given mails with TLS from the first byte, by STARTTLS, and without on this machine", async () => {
    const plain = await sink();
    const tls = await sink({ secure: true });
    assert.equal((await send(plain.port, security("none"))).code, "smtp_250");
    assert.equal((await send(plain.port, security("starttls"))).code, "smtp_250");
    assert.equal((await send(tls.port, security("tls"))).code, "smtp_250");
    assert.deepEqual(
      [...plain.mails, ...tls.mails].map(({ secure, from, to }) => ({ secure, from, to })),
      [false, true, true].map((secure) => ({ secure, from: "desk@desk.example", to: ["noc@acme.example"] })),
    );
  });

  test("with a certificate for another name, of a stranger, or without STARTTLS get nothing", async () => {
    const other = await sink({ ...makeCertificate("mail.test"), secure: true });
    const bare = await startSink();
    sinks.push(bare);
    const wrongName = { api: { security: "starttls" as const, host: "other.test" } };
    const ends = [
      await send((await sink()).port, wrongName),
      await send(other.port, security("tls")),
      await send(bare.port, security("starttls")),
    ];
    assert.deepEqual(
      ends.map((one) => [one.class, one.code]),
      [
        ["transient", "tls"],
        ["transient", "tls"],
        ["transient", "tls"],
      ],
    );
    assert.deepEqual([...other.mails, ...bare.mails], []);
  });

  test("are not called where the guard forbids, and not without TLS beyond this machine", async () => {
    const there = await sink();
    const refused = { ok: false as const, code: "forbidden_address" as const, detail: "not there" };
    const forbidden = await send(there.port, {}, { checkHost: async () => refused });
    assert.deepEqual([forbidden.class, forbidden.code, forbidden.detail], ["permanent", "forbidden_address", "not there"]);
    const lost = await send(there.port, {}, { checkHost: async () => ({ ...refused, code: "dns" as const }) });
    assert.deepEqual([lost.class, lost.code], ["transient", "dns"]);
    const far = { checkHost: async () => ({ ok: true as const, host: "x", port: 25, addresses: ["127.0.0.1", "192.0.2.1"] }) };
    assert.deepEqual((await send(there.port, {}, far)).code, "insecure");
    assert.equal(there.connections(), 0);
  });

  test("are logged in to with a password or an access token, and neither is kept", async () => {
    const renewed: boolean[] = [];
    const wants = await sink({
      authOptional: false,
      authMethods: ["PLAIN", "XOAUTH2"],
      allowInsecureAuth: true,
      onAuth({ username, password, accessToken }, _session, done) {
        const good = password === "s3cret-word" || accessToken === "fresh-token";
        done(good ? null : new Error("No"), good ? { user: username } : undefined);
      },
    });
    const basic = { kind: "basic" as const, user: "gateway", password: "password" };
    const oauth2 = { kind: "oauth2" as const, tokenUrl: "", clientId: "", clientSecret: "", scope: null };
    const one = await send(wants.port, { api: { auth: basic, security: "starttls" } });
    const two = await send(
      wants.port,
      { api: { auth: oauth2 } },
      {
        async accessToken(_system, _auth, renew) {
          renewed.push(renew);
          return renew ? "fresh-token" : "stale-token";
        },
      },
    );
    assert.deepEqual([one.code, two.code], ["smtp_250", "smtp_250"]);
    assert.deepEqual(
      wants.mails.map((mail) => mail.user),
      ["gateway", "desk@desk.example"],
    );
    assert.deepEqual(renewed, [false, true]);
    const wrong = await send(wants.port, { api: { auth: basic }, system: { secrets: { password: "wrong" } } });
    assert.deepEqual([wrong.class, wrong.code], ["permanent", "smtp_535"]);
    const missing = await send(wants.port, { api: { auth: basic }, system: { secrets: {} } });
    assert.deepEqual([missing.class, missing.code], ["permanent", "invalid_request"]);
    assert.doesNotMatch(JSON.stringify([one, two, wrong]), /s3cret|fresh-token|stale-token/);
  });

  test("are spoken to over one connection, mail after mail; a connection that died is made anew", async () => {
    const there = await sink();
    const sender = transport();
    const codes: string[] = [];
    const next = async (changes: ParcelChanges = {}) =>
      codes.push((await sender.send(parcelOf(there.port, changes), NO_LIMIT)).code);
    for (let count = 0; count < 3; count++) await next();
    assert.equal(there.connections(), 1);
    await next({ system: { name: "another" } });
    assert.equal(there.connections(), 2);
    const { port } = there;
    await there.close();
    assert.equal((await sender.send(parcelOf(port), NO_LIMIT)).code, "refused");
    await sender.close();
    assert.deepEqual(new Set(codes), new Set(["smtp_250"]));
  });

  test("that refuse one of several recipients have the mail for the others", async () => {
    const choosy = await sink({
      onRcptTo({ address }, _session, done) {
        done(address.startsWith("gone") ? Object.assign(new Error("No such user"), { responseCode: 550 }) : null);
      },
    });
    const to = ["noc@acme.example", "gone@acme.example"];
    const some = await send(choosy.port, { api: { to } });
    assert.deepEqual([some.class, some.code], ["done", "smtp_250"]);
    assert.match(some.detail ?? "", /gone@acme\.example: 550 No such user/);
    assert.deepEqual(choosy.mails[0]?.to, ["noc@acme.example"]);
    const none = await send(choosy.port, { api: { to: ["gone@acme.example"] } });
    assert.deepEqual([none.class, none.code], ["permanent", "smtp_550"]);
    assert.match(none.detail ?? "", /gone@acme\.example: 550/);
  });

  test("that take no mail of this size are told before it is sent", async () => {
    const small = await sink({ size: 500 });
    const end = await send(small.port, { value: "x".repeat(1000) });
    assert.deepEqual([end.class, end.code], ["permanent", "too_large"]);
    assert.deepEqual(small.mails, []);
  });

  test("that are not there are tried again", async () => {
    const gone = await startSink();
    await gone.close();
    const end = await send(gone.port);
    assert.deepEqual([end.class, end.code, end.answer], ["transient", "refused", null]);
  });
});

suite("what a server answers, or does not", () => {
  /** A server that is well until a line fits, and then gives that answer. */
  const scripted = (at: RegExp, says: string | null) =>
    startScript((line) => {
      if (at.test(line)) return says;
      if (/^EHLO/.test(line)) return "250 script";
      if (/^(MAIL|RCPT|RSET)/.test(line)) return "250 fine";
      if (line === "DATA") return "354 go on";
      if (line === ".") return "250 taken";
      return null;
    });
  const cases: [string, RegExp, string | null, string, string][] = [
    ["a passing refusal of the sender", /^MAIL/, "451 later", "transient", "smtp_451"],
    ["a final refusal of the recipient", /^RCPT/, "553 never", "permanent", "smtp_553"],
    ["a full mailbox for now", /^RCPT/, "452 full", "transient", "smtp_452"],
    ["a refusal to take data", /^DATA$/, "554 no", "permanent", "smtp_554"],
    ["a refusal of the whole mail", /^\.$/, "550 spam", "permanent", "smtp_550"],
    ["a passing refusal of the whole mail", /^\.$/, "450 greylisted", "transient", "smtp_450"],
    ["a server that is closing", /^\.$/, "421 closing", "transient", "smtp_421"],
    ["a connection lost before the mail", /^MAIL/, "end", "transient", "reset"],
    ["a connection lost after the mail", /^\.$/, "end", "ambiguous", "unanswered"],
    ["silence before the mail", /^MAIL/, null, "transient", "timeout"],
    ["silence after the mail", /^\.$/, null, "ambiguous", "unanswered"],
    ["an answer that is none", /^MAIL/, "hello?", "transient", "protocol"],
    ["an answer that is none to the whole mail", /^\.$/, "hello?", "ambiguous", "unanswered"],
  ];
  for (const [about, at, says, wanted, code] of cases) {
    test(`${about}: ${wanted}`, async () => {
      const server = await scripted(at, says);
      const limits = { system: { delivery: { ...parcelOf(0).system.delivery, timeoutMs: says === null ? 1500 : 10_000 } } };
      const outcome = await send(server.port, limits);
      await server.close();
      assert.deepEqual([outcome.class, outcome.code], [wanted, code], outcome.detail ?? "");
      assert.match(outcome.request, /^Message-ID: /im);
      if (/^\d/.test(says ?? "")) assert.equal(outcome.answer, says);
    });
  }

  test("a connection that dies in the middle of a long mail: the server cannot have it", async () => {
    let bytes = 0;
    const server = await startScript((line) => {
      bytes += line.length;
      if (/^EHLO/.test(line)) return "250 script";
      if (/^(MAIL|RCPT)/.test(line)) return "250 fine";
      if (line === "DATA") return "354 go on";
      return bytes > 200_000 ? "end" : null;
    });
    // More than this machine keeps on its way between two sockets.
    const content = Buffer.alloc(24 * 1024 * 1024, "x");
    const limits = { ...parcelOf(0).system.delivery, attachmentBytes: content.length };
    const attachments = [{ fileName: "long.txt", contentType: "text/plain", size: content.length, content }];
    const outcome = await send(server.port, { attachments, system: { delivery: limits } });
    await server.close();
    assert.deepEqual([outcome.class, outcome.code], ["transient", "reset"]);
  });

  test("an end that comes from outside is one of the try", async () => {
    const server = await scripted(/^MAIL/, null);
    const ending = new AbortController();
    const sender = transport();
    const under = sender.send(parcelOf(server.port), ending.signal);
    while (server.lines.length < 2) await new Promise((resolve) => setImmediate(resolve));
    ending.abort();
    assert.deepEqual((await under).class, "transient");
    await sender.close();
    await server.close();
  });
});

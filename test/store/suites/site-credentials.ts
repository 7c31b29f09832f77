// Credentials that old systems show in their messages: applied again they change nothing, and what cannot be meant is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyPassword } from "../../../src/lib/credentials.ts";
import type { Credential } from "../../../src/store/site.ts";
import { MOST_SECRETS } from "../../../src/store/site-credentials.ts";
import type { CredentialDocument, SiteDocument } from "../../../src/store/site-document.ts";
import { describeSite } from "../../../src/store/site-export.ts";
import { type Environment, newTask, storeSuite } from "../../helpers/store.ts";

const password = "correct horse battery";
const other = "another horse battery";
const secret = "a secret of sixteen and more";
const acme = (id: string, more: Partial<CredentialDocument>): CredentialDocument => ({ id, provider: "acme", ...more });
const globex = (id: string, more: Partial<CredentialDocument>): CredentialDocument => ({ id, provider: "globex", ...more });

const DIGEST = acme("wss", { usernameToken: { user: "acme", password, digest: true } });
const TEXT = acme("wss", { usernameToken: { user: "acme", password } });
const SECRET = acme("hash", { sharedSecret: secret });
const NETWORK = acme("net", { network: ["203.0.113.0/24", "2001:db8:7::/48"] });
const ALL: SiteDocument = { credentials: [DIGEST, SECRET, NETWORK] };

const many = (count: number, from = 0): CredentialDocument[] =>
  Array.from({ length: count }, (_, n) => acme(`many-${from + n}`, { sharedSecret: `one of many: ${from + n}` }));
const network = (...networks: string[]): SiteDocument => ({ credentials: [globex("g", { network: networks })] });

/** Each document that must be refused while `ALL` is applied, and what its message must say. */
const WRONG: readonly [SiteDocument, RegExp][] = [
  [{ credentials: [{ id: "c", role: "ticketing", sharedSecret: secret }] }, /credential c: a sharedSecret belongs to a provider/],
  [{ credentials: [{ id: "c", role: "ticketing", network: ["10.0.0.1"] }] }, /credential c: a network belongs to a provider/],
  [
    { credentials: [{ id: "c", role: "administrator", usernameToken: { user: "u", password } }] },
    /credential c: a usernameToken belongs to a provider/,
  ],
  [{ credentials: [acme("c", { sharedSecret: secret, network: ["10.0.0.1"] })] }, /credential c: give exactly one of/],
  [{ credentials: [acme("c", { sharedSecret: "1234567" })] }, /credential c: a sharedSecret has at least 8 characters/],
  [{ credentials: [globex("c", { sharedSecret: secret })] }, /credential c: its sharedSecret is that of hash already/],
  [{ credentials: [acme("c", { sharedSecret: secret })] }, /credential c: its sharedSecret is that of hash already/],
  [
    { credentials: [globex("c", { usernameToken: { user: "acme", password: other } })] },
    /credential c: the user acme belongs to the usernameToken of wss already/,
  ],
  [{ credentials: many(MOST_SECRETS) }, /credential many-499: there may be 500 sharedSecrets/],
  [network(), /credential g: name at least one network/],
  [network("acme.example"), /credential g: acme.example is neither an address nor a range/],
  [network("203.0.114.0/33"), /credential g: 203.0.114.0\/33 is neither/],
  [network("0.0.0.0/0"), /credential g: 0.0.0.0\/0 is every address/],
  [network("::/0"), /credential g: ::\/0 is every address/],
  [network("::ffff:10.0.0.0/104"), /credential g: .* holds IPv4 addresses/],
  [
    network("203.0.114.0/24", "203.0.113.7"),
    /credential g: its network 203.0.113.7 overlaps 203.0.113.0\/24 of net, which is an/,
  ],
  [network("2001:db8::/32"), /credential net: its network 2001:db8:7::\/48 overlaps 2001:db8::\/32 of g, which is another/],
  [
    { credentials: [acme("a", { network: ["10.0.0.0/9"] }), globex("g", { network: ["10.9.0.0/16"] })] },
    /credential g: its network 10.9.0.0\/16 overlaps 10.0.0.0\/9 of a/,
  ],
];

export function siteCredentials(environment: () => Environment): void {
  storeSuite("credentials of old systems", environment, (bench) => {
    const apply = (document: SiteDocument) => bench().store.admin.apply(document);
    const found = (id: string): Credential | undefined => bench().store.site().credentials.get(id);
    const row = async (id: string) =>
      (await bench().db.rows<{ hash: string | null; sealed: string | null }>("select * from credentials where id = ?", [id]))[0];
    const changed = async (...credentials: CredentialDocument[]): Promise<string[]> =>
      (await apply({ credentials })).map(({ name, change }) => `${change} ${name}`);

    test("are kept as they were written, and applied again change nothing", async () => {
      await newTask(bench().door);
      assert.deepEqual(
        (await apply(ALL)).map(({ name, change, warnings }) => [name, change, warnings]),
        [DIGEST, SECRET, NETWORK].map(({ id }) => [id, "created", undefined]),
      );
      const { version } = bench().store.site();
      assert.deepEqual(await apply(ALL), []);
      assert.equal(bench().store.site().version, version);
      const token = found("wss");
      assert.ok(token?.kind === "username_token" && (await verifyPassword(password, token.hash)));
      assert.deepEqual([token.user, token.password], ["acme", password]);
      assert.deepEqual(found("hash"), {
        id: "hash",
        holder: { kind: "provider", provider: "acme" },
        kind: "shared_secret",
        secret,
      });
      assert.deepEqual((found("net") as { networks?: unknown }).networks, NETWORK.network);
    });

    test("lie sealed in the database, and are not shown", async () => {
      const rows = await bench().db.rows<{ sealed: string | null }>("select * from credentials");
      assert.deepEqual(
        rows.filter((one) => one.sealed !== null).map((one) => one.sealed?.slice(0, 3)),
        ["v1.", "v1."],
      );
      const shown = describeSite(bench().store.site());
      for (const text of [password, secret]) assert.ok(!JSON.stringify([rows, shown, bench().log]).includes(text));
      const ours = (shown.credentials as { id: string }[]).filter(({ id }) => ["hash", "net", "wss"].includes(id));
      assert.deepEqual(
        ours.toSorted((one, another) => (one.id < another.id ? -1 : 1)),
        [
          { id: "hash", provider: "acme", kind: "shared_secret" },
          { id: "net", provider: "acme", kind: "network", networks: NETWORK.network },
          { id: "wss", provider: "acme", kind: "username_token", user: "acme", digest: true },
        ],
      );
    });

    test("a password is sealed only while digests are taken, and its hash stays while it is the same", async () => {
      const before = await row("wss");
      assert.deepEqual(await changed(TEXT), ["changed wss"]);
      assert.deepEqual(await row("wss"), { ...before, sealed: null });
      assert.deepEqual(await changed(TEXT), []);
      assert.deepEqual(await changed(DIGEST), ["changed wss"]);
      assert.deepEqual(await changed(DIGEST), []);
      assert.equal((await row("wss"))?.hash, before?.hash);
      assert.deepEqual(await changed(acme("wss", { usernameToken: { user: "acme", password: other, digest: true } })), [
        "changed wss",
      ]);
      assert.equal((found("wss") as { password?: string }).password, other);
      assert.notEqual((await row("wss"))?.hash, before?.hash);
      assert.deepEqual(await changed(DIGEST), ["changed wss"]);
    });

    test("a credential that becomes one of another kind keeps nothing of what it was", async () => {
      assert.deepEqual(await changed(acme("turns", { sharedSecret: other })), ["created turns"]);
      for (const as of [{ network: ["10.0.0.1"] }, { email: "noc@acme.example" }, { sharedSecret: other }])
        assert.deepEqual(await changed(acme("turns", as)), ["changed turns"]);
      assert.deepEqual(await changed(acme("turns", { usernameToken: { user: "turns", password: other, digest: true } })), [
        "changed turns",
      ]);
      assert.equal((found("turns") as { password?: string }).password, other);
      assert.deepEqual(await changed(acme("turns", { basic: { user: "turns", password: other } })), ["changed turns"]);
      assert.equal((await row("turns"))?.sealed, null);
      await apply({ remove: { credentials: ["turns"] } });
      assert.equal(found("turns"), undefined);
    });

    test("what is wide or short is told with the change, and only then", async () => {
      const warnings = async (document: SiteDocument) => (await apply(document)).map((one) => one.warnings);
      const document: SiteDocument = {
        credentials: [
          acme("w1", { sharedSecret: "fifteen letters" }),
          acme("w2", { sharedSecret: "sixteen letters!" }),
          globex("w3", { network: ["10.0.0.0/15", "10.64.0.0/16", "2001:da8::/31", "2001:eb8::/32"] }),
        ],
      };
      assert.deepEqual(await warnings(document), [
        ["its sharedSecret has fewer than 16 characters: it can be guessed"],
        undefined,
        ["10.0.0.0/15", "2001:da8::/31"].map(
          (one) => `its network ${one} is wide: whoever calls from it is taken for the provider`,
        ),
      ]);
      assert.deepEqual(await warnings(document), []);
      await apply({ remove: { credentials: ["w1", "w2", "w3"] } });
    });

    test("what is given up in a document may be taken in it", async () => {
      const moved: SiteDocument = {
        credentials: [
          acme("wss", { usernameToken: { user: "acme2", password } }),
          acme("hash", { sharedSecret: `${secret} 2` }),
          acme("net", { network: ["203.0.113.0/25"] }),
          globex("g-wss", { usernameToken: { user: "acme", password } }),
          globex("g-hash", { sharedSecret: secret }),
          globex("g-net", { network: ["203.0.113.128/25"] }),
        ],
      };
      assert.equal((await apply(moved)).length, 6);
      await apply({ ...ALL, remove: { credentials: ["g-wss", "g-hash", "g-net"] } });
    });

    test("one provider may have overlapping networks, and the same user for Basic and token", async () => {
      const more = [
        acme("net2", { network: ["203.0.113.7", "203.0.112.0/20"] }),
        acme("basic", { basic: { user: "acme", password } }),
      ];
      assert.equal((await changed(...more)).length, 2);
      await apply({ remove: { credentials: ["net2", "basic"] } });
    });

    for (const [document, says] of WRONG) {
      test(`refused: ${says.source}`, async () => {
        const { version } = bench().store.site();
        await assert.rejects(apply(document), (error: unknown) => {
          assert.match((error as Error).message, says);
          for (const text of [secret, password, "1234567"]) assert.ok(!(error as Error).message.includes(text));
          return (error as { code?: string }).code === "invalid_request";
        });
        await bench().store.refresh();
        assert.equal(bench().store.site().version, version);
      });
    }
  });
}

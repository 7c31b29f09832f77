// What a header of WS-Security means, element by element; with a clock that stands still.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { HeaderElement } from "../../src/inbound/soap/reading/headers.ts";
import { readSecurity, WSSE, WSU } from "../../src/inbound/soap/reading/security.ts";
import { passwordDigest } from "../../src/outbound/auth/wsse.ts";

/** The example of the ONVIF Application Programmer's Guide, which is a whole one: that of the OASIS profile has no real digest. */
const ONVIF = {
  nonce: "LKqI6G/AikKCQrN0zqZFlg==",
  created: "2010-09-16T07:50:45Z",
  password: "userpassword",
  digest: "tuOSpGlFlIXsozq4HFNeeGeFLEI=",
};
const NOW = Date.parse(ONVIF.created);
const PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";
const BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

type Attributes = Record<string, string>;

function element(depth: number, name: string, text = "", attributes: Attributes = {}): HeaderElement {
  const [prefix, local = ""] = name.split(":");
  const listed = Object.entries(attributes).map(([one, value]) => ({ uri: "", local: one, value }));
  const uri = { wsse: WSSE, wsu: WSU, ds: "http://www.w3.org/2000/09/xmldsig#" }[prefix ?? ""] ?? "urn:other";
  return { uri, local, text, attributes: listed, depth };
}

const root = element(1, "wsse:UsernameToken");
const user = element(2, "wsse:Username", "acme");
const typed = (type: string, text: string) => element(2, "wsse:Password", text, { Type: `${PROFILE}#${type}` });
const digest = typed("PasswordDigest", ONVIF.digest);
const text = typed("PasswordText", ONVIF.password);
const nonce = element(2, "wsse:Nonce", ONVIF.nonce);
const created = (value = ONVIF.created) => element(2, "wsu:Created", value);
const expires = (value: string) => element(2, "wsu:Expires", value);
const stamp = element(1, "wsu:Timestamp");
const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

const read = (...elements: HeaderElement[]) => readSecurity(elements, NOW);

suite("a UsernameToken", () => {
  test("with a digest gives its parts as they are hashed", () => {
    const security = read(root, user, digest, nonce, created(` ${ONVIF.created}\n`));
    assert.ok(security.kind === "token" && security.token.proof.kind === "digest");
    const { proof } = security.token;
    assert.equal(security.token.user, "acme");
    assert.deepEqual([proof.created, proof.createdAt], [ONVIF.created, NOW]);
    assert.equal(passwordDigest(proof.nonce, proof.created, ONVIF.password), ONVIF.digest);
    assert.equal(proof.digest.toString("base64"), ONVIF.digest);
  });

  const textToken = { kind: "token", token: { user: "acme", proof: { kind: "text", password: ONVIF.password } } };
  const untyped = element(2, "wsse:Password", ONVIF.password);
  const otherNames = [element(2, "urn:Username", "x"), element(2, "wsu:Nonce", "?"), element(2, "wsse:Created", "?")];
  const READ: [string, HeaderElement[]][] = [
    ["with its type", [root, user, text]],
    ["without a type", [root, user, untyped]],
    ["in another order", [root, untyped, user]],
    ["with a name on lines of its own", [root, element(2, "wsse:Username", "\n  acme\n"), text]],
    ["with nonce and time, which guard nothing here", [root, user, text, nonce, created()]],
    ["beside a timestamp", [stamp, created(), expires(at(1)), root, user, text]],
    ["before a timestamp", [root, user, text, stamp, created()]],
    ["with parts that mean nothing here", [root, user, ...otherNames, text]],
  ];
  for (const [name, elements] of READ) test(`with a text is read: ${name}`, () => assert.deepEqual(read(...elements), textToken));

  test("may be made five minutes before or after our clock says, in any spelling of UTC", () => {
    for (const value of [
      at(-300),
      at(300),
      at(0).replace("Z", "+00:00"),
      at(0).replace("Z", ""),
      "2010-09-16T09:50:45.5+02:00",
    ]) {
      assert.equal(read(root, user, digest, nonce, created(value)).kind, "token", value);
      assert.equal(read(root, user, text, created(value)).kind, "token", value);
    }
  });

  test("that is not there is none", () => {
    assert.deepEqual(read(), { kind: "none" });
    assert.deepEqual(read(stamp, created(), expires(at(60))), { kind: "none" });
  });
});

const long = (length: number): string => "x".repeat(length);

/** What is refused, and the words for the log. */
const REFUSED: readonly [RegExp, HeaderElement[]][] = [
  [/another time/, [root, user, digest, nonce, created(at(-301))]],
  [/another time/, [root, user, digest, nonce, created(at(301))]],
  [/another time/, [root, user, text, created(at(-301))]],
  [/Created that is no dateTime/, [root, user, digest, nonce, created("2010-09-16")]],
  [/Created that is no dateTime/, [root, user, digest, nonce, created("0001-01-01T00:00:00")]],
  [/Created that is no dateTime/, [root, user, digest, nonce, created(`1${ONVIF.created}`)]],
  [/Created that is no dateTime/, [root, user, digest, nonce, created("")]],
  [/unknown Type/, [root, user, typed("PasswordHash", "x")]],
  [/unknown Type/, [root, user, element(2, "wsse:Password", "x", { Type: "PasswordText" })]],
  [/unknown Type/, [root, user, element(2, "wsse:Password", "x", { Type: "" })]],
  [/without a Username/, [root, text]],
  [/without a Username/, [root, element(2, "wsse:Username", " "), text]],
  [/without a Password/, [root, user]],
  [/without a Password/, [root, user, element(2, "wsse11:Password", "x")]],
  [/without Nonce or Created/, [root, user, digest, created()]],
  [/without Nonce or Created/, [root, user, digest, nonce]],
  // The digest in the example of the OASIS profile has 22 bytes.
  [/PasswordDigest that is none/, [root, user, typed("PasswordDigest", "weYI3nXd8LjMNVksCKFV8t3rgHh3Rw=="), nonce, created()]],
  [/Password that is no base64/, [root, user, typed("PasswordDigest", "***"), nonce, created()]],
  [/Nonce that is no base64/, [root, user, digest, element(2, "wsse:Nonce", "a-b_"), created()]],
  [/Nonce that is no base64/, [root, user, digest, element(2, "wsse:Nonce", ""), created()]],
  [/unknown encoding/, [root, user, digest, element(2, "wsse:Nonce", "00ff", { EncodingType: `${BASE64}x` }), created()]],
  [/a second UsernameToken/, [root, user, text, root, user, text]],
  [/a second Username/, [root, user, user, text]],
  [/a second Password/, [root, user, text, digest, nonce, created()]],
  [/a second Timestamp/, [stamp, stamp, root, user, text]],
  [/not known here/, [root, user, text, element(1, "ds:Signature")]],
  [/not known here/, [element(1, "wsse:BinarySecurityToken", "x"), root, user, text]],
  [/not known here/, [element(1, "wsu:UsernameToken"), user, text]],
  [/not known here/, [element(1, "wsse:constructor")]],
  [/markup/, [root, user, element(3, "wsse:Password", "x"), text]],
  [/markup/, [user, text]],
  [/Username that is too long/, [root, element(2, "wsse:Username", long(129)), text]],
  [/Password that is too long/, [root, user, typed("PasswordText", long(257))]],
  [/Nonce that is too long/, [root, user, text, element(2, "wsse:Nonce", long(257))]],
  [/Created that is too long/, [root, user, text, created(long(65))]],
  [/too many elements/, [root, user, text, ...new Array<HeaderElement>(62).fill(element(2, "urn:a"))]],
  [/has expired/, [stamp, created(at(-60)), expires(at(0)), root, user, text]],
  [/has expired/, [stamp, expires(at(-1))]],
  [/from the future/, [stamp, created(at(301)), expires(at(600)), root, user, text]],
  [/Expires that is no dateTime/, [stamp, expires("soon"), root, user, text]],
];

suite("a header of WS-Security is refused", () => {
  for (const [why, elements] of REFUSED) {
    test(`${why.source}: ${elements
      .map(({ local }) => local)
      .join(" ")
      .slice(0, 80)}`, () => {
      const security = read(...elements);
      assert.equal(security.kind, "refused");
      assert.match(security.kind === "refused" ? security.why : "", why);
    });
  }

  test("never with a text of the message in the words for the log", () => {
    const secret = "open-sesame-12";
    for (const [, elements] of REFUSED) {
      const security = read(...elements.map((one) => ({ ...one, text: one.text === "" ? secret : `${secret}${one.text}` })));
      assert.ok(!JSON.stringify(security.kind === "refused" ? security : "").includes(secret));
    }
  });
});

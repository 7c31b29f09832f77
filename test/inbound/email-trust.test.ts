// Whose a mail is: addresses in From, credentials of senders, and which Authentication-Results are believed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromAddress, readFields } from "../../src/inbound/email/header.ts";
import { verifySender } from "../../src/inbound/email/trust.ts";

test("whose a sender is: an address before a domain, and two providers for one sender are none", () => {
  const credential = (id: string, provider: string, sender: string) =>
    ({ id, holder: { kind: "provider", provider }, kind: "email", sender }) as const;
  const known = [
    credential("1", "acme", "@acme.example"),
    credential("2", "acme-lab", "lab@acme.example"),
    credential("3", "acme", "shared@pool.example"),
    credential("4", "globex", "shared@pool.example"),
    credential("5", "bücher", "@xn--bcher-kva.example"),
    { id: "6", holder: { kind: "ticketing" }, kind: "email", sender: "desk@crossdesk.example" } as const,
  ];
  const holderOf = (from: string): string | null => {
    const verdict = verifySender({ from, authentication: [] }, { kind: "sender" }, known);
    return verdict.ok ? verdict.provider : null;
  };
  assert.deepEqual(
    [
      "noc@acme.example",
      "lab@acme.example",
      "shared@pool.example",
      "a@bücher.example",
      "desk@crossdesk.example",
      "a@x.acme.example",
    ].map(holderOf),
    ["acme", "acme-lab", null, "bücher", null, null],
  );
});

test("which Authentication-Results are believed", () => {
  const known = [{ id: "1", holder: { kind: "provider", provider: "acme" }, kind: "email", sender: "@acme.example" } as const];
  const passes = (...authentication: string[]): boolean =>
    verifySender({ from: "noc@acme.example", authentication }, { kind: "dmarc", authservId: "mx.desk.example" }, known).ok;
  const good = [
    "mx.desk.example; dmarc=pass header.from=acme.example",
    "MX.Desk.Example 1; dmarc = pass header.from=acme.example",
    '"mx.desk.example" 1 (ours); spf=none; dmarc/1=pass (p=none) policy.x=y header.from="acme.example"',
    "mx.desk.example; DMARC=Pass header.from=ACME.example",
    // As the great mail servers write it.
    `mx.desk.example; dkim=pass header.i=@acme.example header.s=s1 header.b=AbC; spf=pass (mx.desk.example: domain of noc@acme.example
      designates 192.0.2.1 as permitted sender) smtp.mailfrom=noc@acme.example; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=acme.example`,
    "mx.desk.example; dmarc=pass (p=reject dis=none) header.from=acme.example",
    "mx.desk.example; dmarc=pass(p=REJECT) header.from=acme.example;",
    "mx.desk.example;\tdkim=pass header.d=acme.example header.s=a header.b=b;\tdmarc=pass (policy=reject) header.from=acme.example;",
    "mx.desk.example; dmarc=pass policy.published-domain-policy=none policy.applied-disposition=none header.from=acme.example",
    "mx.desk.example; dmarc=pass header.from=noc@acme.example",
  ];
  for (const value of good) assert.equal(passes(value), true, value);
  const bad = [
    "mx.desk.example; dmarc=pass",
    "mx.desk.example; dmarc=pass (p=none) policy.x=y",
    "mx.desk.example; dmarc=pass header.from=",
    "mx.desk.example; dmarc=pass header.from=evil.example",
    "mx.desk.example; dmarc=pass header.from=acme.example header.from=evil.example",
    "mx.desk.example; dmarc=pass header.from=acme.example; dmarc=pass",
    'mx.desk.example; dmarc=pass reason="x header.from=acme.example"',
    "mx.desk.example; spf=pass header.from=acme.example; dmarc=pass",
    "mx.desk.example; none",
    "mx.desk.example",
    "",
    "mx.desk.example; dmarc=passed",
    "mx.desk.example; dmarc=pass-ish",
    "mx.desk.example; dmarc=pass; dmarc=fail",
    "mx.desk.example; dmarc=bestguesspass",
    "mx.desk.example; x-dmarc=pass",
    "mx.desk.example; spf=pass dmarc=pass",
    "mx.desk.example.evil.example; dmarc=pass",
    "evil.example mx.desk.example; dmarc=pass",
    "mx.desk.example; dmarc=pass (never closed",
    'mx.desk.example; dmarc=pass "never closed',
    "mx.desk.example; dmarc=pass header.from=acme.example.evil.example",
    "(mx.desk.example; dmarc=pass) evil.example; dmarc=pass",
    "mx.desk.example; dmarc=pass header.from=acme.example#.evil.example",
    "mx.desk.example; dmarc=pass header.from=acme.example/.evil.example",
  ];
  for (const value of bad) assert.equal(passes(value), false, value);
  assert.equal(passes("other.example; dmarc=fail", good[0] as string), true);
  assert.equal(passes(bad[0] as string, good[0] as string), false);
  // What cannot be read may be our own server's, with words of a forger in it: nothing below counts then.
  assert.equal(passes("mx.desk.example; spf=pass (domain of a(b@evil.example designates)", good[0] as string), false);
});

test("a domain is the whole of what stands behind the @, whatever signs are in it", () => {
  const from = (value: string): string | null => fromAddress(readFields(Buffer.from(`From: ${value}\r\n\r\n`)) ?? []);
  const known = [{ id: "1", holder: { kind: "provider", provider: "acme" }, kind: "email", sender: "@acme.example" } as const];
  for (const sign of ["#", "/", "?", "%2e", "%", "!", "&", "=", "|", "`", "'", "\u0000", "\u007f", "[", "*", "+"]) {
    for (const domain of [`acme.example${sign}.evil.example`, `acme.example${sign}`]) {
      assert.equal(from(`Bob <noc@${domain}>`), null, domain);
      const claim = { from: `noc@${domain}`, authentication: [`mx.desk.example; dmarc=pass header.from=${domain}`] };
      assert.equal(verifySender(claim, { kind: "dmarc", authservId: "mx.desk.example" }, known).ok, false, domain);
      assert.equal(verifySender(claim, { kind: "sender" }, known).ok, false, domain);
    }
  }
  for (const address of ["noc@acme.example", "o'neill+a/b#c@acme-2.example", "a@bücher.example", "a@x_y.例え.example"])
    assert.equal(from(`Bob <${address}>`), address);
  for (const header of ["From\u00a0", "\u000bFrom", "From\u0000", "Fr om"])
    assert.deepEqual(readFields(Buffer.from(`${header}: noc@acme.example\r\n\r\n`)), [], header);
});

test("a server that writes no name into its Authentication-Results is believed where they stand above all others", () => {
  const known = [{ id: "1", holder: { kind: "provider", provider: "acme" }, kind: "email", sender: "@acme.example" } as const];
  const passes = (...authentication: string[]): boolean =>
    verifySender({ from: "noc@acme.example", authentication }, { kind: "dmarc", authservId: null }, known).ok;
  const from365 = (dmarc: string): string =>
    `spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=acme.example; desk.example; dkim=pass (signature was verified)
      header.d=acme.example;desk.example; ${dmarc};compauth=pass reason=100`;
  const good = from365("dmarc=pass action=none header.from=acme.example");
  assert.equal(passes(good), true);
  assert.equal(passes(good, from365("dmarc=fail action=none header.from=acme.example")), true);
  assert.equal(passes(from365("dmarc=fail action=none header.from=acme.example"), good), false);
  assert.equal(passes("mx.elsewhere.example; dmarc=pass header.from=acme.example", good), false);
  assert.equal(passes(from365("dmarc=bestguesspass action=none header.from=acme.example")), false);
  assert.equal(passes(from365("dmarc=pass action=none header.from=evil.example")), false);
  assert.equal(passes(from365("dmarc=pass action=none")), false);
  assert.equal(passes(), false);
});

// Whose address counts: the connection's, or what a trusted proxy says.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { clientKey, createClientAddress } from "../../src/inbound/address.ts";

function addressOf(trusted: string[], address: string, forwarded = "203.0.113.7, 10.1.2.3"): string {
  const request = { headers: { "x-forwarded-for": forwarded }, socket: { remoteAddress: address } };
  return createClientAddress(trusted)(request as unknown as IncomingMessage);
}

test("a forwarded address counts only when a trusted proxy wrote it", () => {
  assert.equal(addressOf([], "10.9.9.9"), "10.9.9.9");
  assert.equal(addressOf(["10.0.0.0/8"], "192.0.2.1"), "192.0.2.1");
  assert.equal(addressOf(["10.0.0.0/8"], "10.9.9.9"), "203.0.113.7");
  assert.equal(addressOf(["10.0.0.0/8"], "::ffff:10.9.9.9"), "203.0.113.7");
  assert.equal(addressOf(["10.9.9.9"], "10.9.9.9"), "10.1.2.3");
  assert.equal(addressOf(["10.0.0.0/8"], "10.9.9.9", "evil, 203.0.113.7"), "203.0.113.7");
  assert.equal(addressOf(["10.0.0.0/8"], "10.9.9.9", "203.0.113.7, unknown"), "10.9.9.9");
  assert.equal(addressOf(["2001:db8::/32"], "2001:db8::1", "::ffff:198.51.100.4"), "198.51.100.4");
});

test("proxies that are no addresses stop the start", () => {
  for (const entry of ["proxy.example", "10.0.0.0/33", "10.0.0.0/8/9", "10.0.0.0/x"]) {
    assert.throws(() => createClientAddress([entry]), /not an address or range/);
  }
});

test("an IPv6 client counts as its network, an IPv4 client as itself", () => {
  assert.equal(clientKey("192.0.2.1"), "192.0.2.1");
  assert.equal(clientKey("2001:db8:1:2::9"), clientKey("2001:db8:1:2:ffff::1"));
  assert.notEqual(clientKey("2001:db8:1:2::9"), clientKey("2001:db8:1:3::9"));
  assert.equal(clientKey("fe80::1%eth0"), clientKey("fe80::2"));
  assert.equal(clientKey("::1"), "0:0:0:0");
});

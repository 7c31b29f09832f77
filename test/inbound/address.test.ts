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
  assert.equal(addressOf(["10.0.0.0/8"], "10.9.9.9", "203.0.113.7, unknown"), "unknown");
  assert.equal(addressOf(["2001:db8::/32"], "2001:db8::1", "::ffff:198.51.100.4"), "198.51.100.4");
});

test("ports and brackets of a forwarded address are taken away", () => {
  const told = (forwarded: string): string => addressOf(["10.0.0.0/8"], "10.9.9.9", forwarded);
  for (const [given, address] of [
    ["198.51.100.9:4711", "198.51.100.9"],
    ["[2001:DB8::1]:80", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["[::ffff:198.51.100.9]:1", "198.51.100.9"],
    ["198.51.100.9:4711, 10.0.0.2:80", "198.51.100.9"],
    ["10.0.0.3:1, 10.0.0.2:2", "10.0.0.3"],
  ] as const)
    assert.equal(told(given), address, given);
  for (const given of ["", " ", "x", "198.51.100.9:", "198.51.100.9:port", "[198.51.100.9]", "1.2.3:4", "[::1", "198.51.100.9,"])
    assert.equal(told(given), "unknown", given);
});

function byHeaders(headers: Record<string, string>, remoteAddress = "10.9.9.9"): string {
  return createClientAddress(["10.0.0.0/8"])({ headers, socket: { remoteAddress } } as unknown as IncomingMessage);
}

test("Forwarded of a trusted proxy names the client", () => {
  for (const [forwarded, address] of [
    ["for=203.0.113.7;proto=https", "203.0.113.7"],
    ["proto=https; For=203.0.113.7", "203.0.113.7"],
    ['for="203.0.113.7:4711"', "203.0.113.7"],
    ["for=203.0.113.7:4711", "203.0.113.7"],
    ['for="[2001:db8::1]:_port"', "2001:db8::1"],
    ['for="203.0.113\\.7"', "203.0.113.7"],
    ["for=192.0.2.66, for=203.0.113.7, for=10.0.0.2", "203.0.113.7"],
    ['for=203.0.113.7;host="x, for=192.0.2.66"', "203.0.113.7"],
    ["for=10.0.0.2", "10.0.0.2"],
  ] as const)
    assert.equal(byHeaders({ forwarded }), address, forwarded);
  assert.equal(byHeaders({ forwarded: "for=203.0.113.7" }, "192.0.2.1"), "192.0.2.1");
  assert.equal(byHeaders({}), "10.9.9.9", "the proxy itself");
});

test("a Forwarded that names nobody gives no address, and never the proxy's", () => {
  for (const forwarded of [
    "",
    "for=unknown",
    "for=_hidden",
    'for="_hidden:80"',
    "proto=https",
    "for=203.0.113.7, proto=https",
    "for=203.0.113.7;host=x;for=192.0.2.66",
    "for=203.0.113.7;;x y",
    'for="203.0.113.7',
    'for="x, for=203.0.113.7',
    "for=203.0.113.7, for=unknown, for=10.0.0.2",
  ])
    assert.equal(byHeaders({ forwarded }), "unknown", forwarded);
});

test("of two headers that differ neither is believed", () => {
  const both = (forwarded: string, before: string): string => byHeaders({ forwarded, "x-forwarded-for": before });
  assert.equal(both("for=203.0.113.7", "192.0.2.66"), "unknown");
  assert.equal(both("for=192.0.2.66, for=203.0.113.7", "203.0.113.7:80"), "203.0.113.7");
  assert.equal(both('for="', "203.0.113.7"), "unknown");
  assert.equal(both("host=a.example;proto=https", "203.0.113.7"), "203.0.113.7", "one that says nothing of it");
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

// Networks as intervals: what is one, which hold IPv4 addresses, and which of two owners share one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findOverlap, holdsIPv4, type Network, parseNetwork } from "../../src/lib/networks.ts";

const parse = (text: string): Network => {
  const network = parseNetwork(text);
  assert.ok(network, text);
  return network;
};

test("an address or range is read, whatever bits stand behind its prefix", () => {
  assert.deepEqual(parse("203.0.113.77/24"), parse("203.0.113.0/24"));
  const { first, last, bits, family } = parse("203.0.113.77/24");
  assert.deepEqual([bits, family, last - first], [24, 4, 255n]);
  assert.deepEqual([parse("203.0.113.7").bits, parse("2001:db8::1").bits], [32, 128]);
  assert.equal(parse("2001:db8::/48").last - parse("2001:db8::").first, (1n << 80n) - 1n);
  assert.deepEqual(parse("2001:DB8:0:0::0001/64"), parse("2001:db8::/64"));
  assert.equal(parse("::1").first, 1n);
  assert.equal(parse("::/0").last, (1n << 128n) - 1n);
});

test("anything else is no network", () => {
  const texts = ["", "acme", "203.0.113", "203.0.113.0/33", "203.0.113.0/", "203.0.113.0/24/24", "203.0.113.0/024"];
  for (const text of [
    ...texts,
    "2001:db8::/129",
    "fe80::1%eth0",
    "[::1]",
    "10.0.0.1:80",
    " 10.0.0.1",
    "10.0.0.0/-1",
    "10.0.0.0/8.5",
  ])
    assert.equal(parseNetwork(text), null, text);
});

test("IPv4 addresses inside an IPv6 range are seen", () => {
  for (const text of ["::ffff:203.0.113.7", "::ffff:0:0/96", "::/8", "::fffe:0:0/95"]) assert.ok(holdsIPv4(parse(text)), text);
  for (const text of ["203.0.113.7", "::1", "2001:db8::/32", "::fffe:0:0/96", "::1:0:0:0/96"])
    assert.ok(!holdsIPv4(parse(text)), text);
});

const owned = (owner: string, ...texts: string[]) => texts.map((text) => ({ ...parse(text), owner, text }));
const overlap = (...all: ReturnType<typeof owned>[]): string[] | undefined => findOverlap(all.flat())?.map(({ text }) => text);

test("ranges of two owners that share an address are found, those of one owner are not", () => {
  assert.equal(overlap(owned("a", "10.0.0.0/24", "10.0.0.0/8"), owned("b", "11.0.0.0/8", "2001:db8::/32")), undefined);
  assert.deepEqual(overlap(owned("b", "10.0.0.7"), owned("a", "10.0.0.0/24")), ["10.0.0.0/24", "10.0.0.7"]);
  assert.deepEqual(overlap(owned("a", "10.0.0.7"), owned("b", "10.0.0.7/32")), ["10.0.0.7", "10.0.0.7/32"]);
  assert.deepEqual(overlap(owned("a", "2001:db8::/32"), owned("b", "10.0.0.0/8", "2001:db8:7::/48")), [
    "2001:db8::/32",
    "2001:db8:7::/48",
  ]);
  assert.deepEqual(overlap(owned("a", "10.0.0.0/8", "10.1.0.0/16"), owned("b", "10.0.3.0/24", "10.9.0.1")), [
    "10.0.0.0/8",
    "10.0.3.0/24",
  ]);
  assert.equal(overlap(owned("a", "10.0.0.0/25"), owned("b", "10.0.0.128/25")), undefined);
});

test("ten thousand ranges are looked through without comparing each with each", () => {
  const many = Array.from({ length: 10_000 }, (_, n) => owned(`o${n}`, `10.${n >> 8}.${n & 255}.0/24`));
  assert.equal(findOverlap(many.flat()), null);
  assert.deepEqual(overlap(...many, owned("late", "10.39.15.9")), ["10.39.15.0/24", "10.39.15.9"]);
});

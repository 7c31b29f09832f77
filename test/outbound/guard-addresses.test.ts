// Kinds of addresses: which are public, and that every special range and every disguise is not, by itself or behind a name.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createGuard } from "../../src/outbound/guard.ts";
import { kindOf, parseRange } from "../../src/outbound/request-addresses.ts";

const PUBLIC = [
  "8.8.8.8",
  "1.1.1.1",
  "100.63.255.255",
  "100.128.0.0",
  "11.0.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "192.167.255.255",
];
const PUBLIC_6 = ["2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "2400::1", "2001:200::1", "2003::1", "3ffe:ffff::1"];

/** First and last of each range, and one inside where there is room. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  "this network": ["0.0.0.0", "0.0.0.1", "0.255.255.255"],
  private: ["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255"],
  shared: ["100.64.0.0", "100.100.1.1", "100.127.255.255"],
  loopback: ["127.0.0.0", "127.0.0.1", "127.255.255.255", "::1"],
  "link-local": ["169.254.0.0", "169.254.255.255", "fe80::", "fe80::1", "febf:ffff::1", "fe80::1%eth0"],
  metadata: ["169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"],
  protocol: [
    "192.0.0.0",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.0.255",
    "192.88.99.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.175.48.1",
  ],
  documentation: [
    "192.0.2.0",
    "192.0.2.255",
    "198.51.100.7",
    "203.0.113.255",
    "2001:db8::",
    "2001:db8:ffff::1",
    "3fff::1",
    "3fff:fff::1",
  ],
  benchmark: ["198.18.0.0", "198.19.255.255", "2001:2::1"],
  multicast: ["224.0.0.0", "239.255.255.255", "ff00::", "ff02::1", "ffff:ffff::1"],
  reserved: ["240.0.0.0", "255.255.255.254", "4000::1", "100::1", "5f00::1", "1::1", "fe00::1"],
  broadcast: ["255.255.255.255"],
  unspecified: ["::"],
  "unique local": ["fc00::", "fd12:3456::1", "fdff:ffff::1"],
  "site-local": ["fec0::1"],
  "IPv4-mapped": ["::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:7f00:1", "0:0:0:0:0:ffff:0808:0808"],
  "IPv4-compatible": ["::127.0.0.1", "::8.8.8.8", "::7f00:1"],
  "IPv4-translated": ["::ffff:0:127.0.0.1"],
  "6to4": ["2002:7f00:1::", "2002:808:808::1"],
  NAT64: ["64:ff9b::127.0.0.1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "64:ff9b:1:ffff::1"],
  Teredo: ["2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
  ORCHID: ["2001:10::1", "2001:20::1", "2001:1ff:ffff::1"],
  ISATAP: ["2606:4700::5efe:7f00:1", "2606:4700::200:5efe:10.0.0.1"],
  "no address": ["", "partner", "1.2.3", "1.2.3.4.5", "01.2.3.4", "::g"],
};

suite("kinds of addresses", () => {
  test("what anybody may have is public", () => {
    for (const address of [...PUBLIC, ...PUBLIC_6]) assert.equal(kindOf(address), "public", address);
  });

  for (const [what, addresses] of Object.entries(FORBIDDEN)) {
    test(`${what} is not`, () => {
      for (const address of addresses) assert.notEqual(kindOf(address), "public", address);
    });
  }

  test("ranges are read strictly", () => {
    for (const text of ["10.0.0.0/8", "10.1.2.3", "fd00::/8", "::/0", "0.0.0.0/0", "2001:db8::1/128"])
      assert.ok(parseRange(text), text);
    const wrong = [
      "10.0.0.1/8",
      "10.0.0.0/33",
      "10.0.0.0/",
      "10.0.0.0/-1",
      "10/8",
      "::1/129",
      "fe80::1%eth0",
      "x",
      "",
      "10.0.0.0/8/8",
    ];
    for (const text of wrong) assert.equal(parseRange(text), null, text);
  });
});

test("a name is refused when any one of its addresses is forbidden, wherever it stands", async () => {
  for (const bad of Object.values(FORBIDDEN).flat()) {
    for (const addresses of [[bad], ["8.8.8.8", bad], [bad, "8.8.8.8"]]) {
      const found = await createGuard({ resolve: async () => addresses, allow: [] }).check("https://partner.example/");
      assert.equal(found.ok ? "ok" : found.code, "forbidden_address", bad);
    }
  }
});

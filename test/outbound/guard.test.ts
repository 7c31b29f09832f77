// Which URLs may be called: odd spellings, ports, what the allow-list opens, look-ups that change.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createGuard, type Guard } from "../../src/outbound/guard.ts";
import { rememberLookups } from "../../src/outbound/request-dns.ts";

/** A guard whose names all have the given addresses. */
function guardOf(addresses: readonly string[], allow: readonly string[] = []): Guard {
  return createGuard({ resolve: async () => addresses, allow });
}

async function codeOf(guard: Guard, url: string): Promise<string> {
  const found = await guard.check(url);
  return found.ok ? "ok" : found.code;
}

suite("a URL", () => {
  test("of a public name is let through with all its addresses, host and port", async () => {
    const guard = guardOf(["8.8.8.8", "2606:4700::1111"]);
    const target = { ok: true, addresses: ["8.8.8.8", "2606:4700::1111"] };
    assert.deepEqual(await guard.check("https://Partner.Example/hook?x=1"), { ...target, host: "partner.example", port: 443 });
    assert.deepEqual(await guard.check("http://partner.example:8080/"), { ...target, host: "partner.example", port: 8080 });
    assert.deepEqual(await guard.check("https://bücher.example/"), { ...target, host: "xn--bcher-kva.example", port: 443 });
  });

  test("with an address in an odd spelling is what it spells", async () => {
    const guard = createGuard({ resolve: () => assert.fail("no name to look up"), allow: [] });
    const spellings = [
      ...["127.1", "127.0.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "2130706433", "127.0.0.1.", "0", "0x0"],
      ...["１２７.0.0.1", "127。0。0。1", "127.0.0.1%2e", "%31%32%37.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]"],
      ...[
        "[::127.0.0.1]",
        "[fd00:ec2::254]",
        "169.254.169.254",
        "2852039166",
        "0xA9FEA9FE",
        "0251.0376.0251.0376",
        "[64:ff9b::a9fe:a9fe]",
      ],
    ];
    for (const host of spellings) assert.equal(await codeOf(guard, `http://${host}/`), "forbidden_address", host);
  });

  test("of no other form than host, port and path is taken", async () => {
    const wrong = [
      ...["", "partner.example", "//partner.example/", "/hook", "https://", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/"],
      ...[
        "ftp://partner.example/",
        "file:///etc/passwd",
        "gopher://partner.example/",
        "javascript:alert(1)",
        "data:,x",
        "ws://partner.example/",
      ],
      ...["http://user@partner.example/", "http://user:word@partner.example/", "http://:word@partner.example/"],
      ...[
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://partner.example:99999/",
        "http://par tner.example/",
        "http://a%2fb/",
        "http://[::1/",
      ],
    ];
    for (const url of wrong) assert.equal(await codeOf(guardOf(["8.8.8.8"]), url), "invalid_url", url);
  });

  test("may name a port of a web server and no other", async () => {
    const guard = guardOf(["8.8.8.8"]);
    for (const port of [80, 443, 8080, 8443]) assert.equal(await codeOf(guard, `http://partner.example:${port}/`), "ok");
    for (const port of [0, 22, 25, 3306, 6379, 65_535]) {
      assert.equal(await codeOf(guard, `http://partner.example:${port}/`), "forbidden_address", String(port));
    }
    const mail = createGuard({ resolve: async () => ["8.8.8.8"], allow: [], ports: [25, 465, 587] });
    assert.equal(await codeOf(mail, "http://partner.example/"), "forbidden_address");
    assert.deepEqual(await mail.checkHost("mail.partner.example", 587), {
      ...{ ok: true, host: "mail.partner.example", port: 587, addresses: ["8.8.8.8"] },
    });
  });

  test("of a name that is not found is another failure: it may be there later", async () => {
    const failing = createGuard({ resolve: () => Promise.reject(new Error("EAI_AGAIN")), allow: [] });
    assert.equal(await codeOf(failing, "https://partner.example/"), "dns");
    assert.equal(await codeOf(guardOf([]), "https://partner.example/"), "dns");
  });

  test("gives away nothing but host, port and address when it is refused", async () => {
    const refused = await guardOf(["10.1.2.3"]).check("https://partner.example/path-secret?key=secret");
    assert.ok(!refused.ok);
    assert.match(refused.detail, /partner\.example.*10\.1\.2\.3.*allow-list/);
    assert.doesNotMatch(refused.detail, /secret/);
  });
});

test("a host without a URL is read the same way", async () => {
  const guard = createGuard({ resolve: async () => ["8.8.8.8"], allow: ["[::1]:25", "mail.inside:25"], ports: [587] });
  for (const host of ["0x7f.1", "127.0.0.1", "[::ffff:127.0.0.1]"]) {
    const found = await guard.checkHost(host, 587);
    assert.equal(found.ok ? "ok" : found.code, "forbidden_address", host);
  }
  for (const host of ["", "a/b", "user@mail.example", "mail.example:25", "a?b", "a#b", "fe80::1%eth0"]) {
    const found = await guard.checkHost(host, 587);
    assert.equal(found.ok ? "ok" : found.code, "invalid_url", host);
  }
  for (const host of ["::1", "[::1]", "mail.inside"]) assert.ok((await guard.checkHost(host, 25)).ok, host);
});

suite("the allow-list", () => {
  const open = async (allow: string[], address: string, url: string): Promise<boolean> => {
    return (await guardOf([address], allow).check(url)).ok;
  };

  test("opens addresses, ranges and names, on the usual ports or the one it names", async () => {
    const rows: [allow: string, address: string, url: string, open: boolean][] = [
      ["10.1.2.3", "10.1.2.3", "http://partner.inside/", true],
      ["10.1.2.3", "10.1.2.4", "http://partner.inside/", false],
      ["10.1.2.3", "10.1.2.3", "http://partner.inside:9000/", false],
      ["10.1.2.3:9000", "10.1.2.3", "http://partner.inside:9000/", true],
      ["10.1.2.3:9000", "10.1.2.3", "http://partner.inside/", false],
      ["10.1.0.0/16", "10.1.255.1", "https://partner.inside/", true],
      ["10.1.0.0/16:9000", "10.1.255.1", "http://partner.inside:9000/", true],
      ["10.1.0.0/16:*", "10.1.255.1", "http://partner.inside:1/", true],
      ["10.1.0.0/16", "10.2.0.1", "https://partner.inside/", false],
      ["fd00:1::/32", "fd00:1::5", "https://partner.inside/", true],
      ["[fd00:1::/32]:9000", "fd00:1::5", "https://partner.inside:9000/", true],
      ["[fd00:1::5]:9000", "fd00:1::5", "https://partner.inside/", false],
      ["fd00:1::5", "fd00:1::5", "https://[fd00:1::5]/", true],
      ["partner.inside", "10.9.9.9", "http://partner.inside/", true],
      ["Partner.Inside", "10.9.9.9", "http://partner.inside./", true],
      ["partner.inside", "10.9.9.9", "http://other.inside/", false],
      ["partner.inside", "10.9.9.9", "http://sub.partner.inside/", false],
      ["partner.inside:9000", "10.9.9.9", "http://partner.inside:9000/", true],
      ["partner.inside:*", "127.0.0.1", "http://partner.inside:9/", true],
      ["partner.example:9000", "8.8.8.8", "http://partner.example:9000/", true],
      ["8.8.8.8:9000", "8.8.8.8", "http://8.8.8.8:9000/", true],
      ["127.0.0.1:*", "127.0.0.1", "http://0x7f.1:3000/", true],
    ];
    for (const [allow, address, url, expected] of rows) {
      assert.equal(await open([allow], address, url), expected, `${allow} for ${url} at ${address}`);
    }
  });

  test("a name inside opens no metadata service, no link-local address and no disguise", async () => {
    for (const address of ["169.254.169.254", "fd00:ec2::254", "169.254.1.1", "::ffff:10.0.0.1", "0.0.0.0", "224.0.0.1"]) {
      assert.equal(await open(["partner.inside:*"], address, "http://partner.inside/"), false, address);
    }
  });

  test("a metadata service is opened by its own address alone", async () => {
    assert.equal(await open(["0.0.0.0/0", "169.254.0.0/16"], "169.254.169.254", "http://169.254.169.254/"), false);
    assert.equal(await open(["169.254.169.254"], "169.254.169.254", "http://169.254.169.254/"), true);
  });

  test("one open address does not open the others of a name", async () => {
    assert.equal((await guardOf(["10.1.2.3", "10.1.2.4"], ["10.1.2.3"]).check("http://partner.inside/")).ok, false);
  });

  test("an entry that cannot be read stops the start", () => {
    for (const entry of [
      "",
      "a b",
      "10.0.0.1/8",
      "http://x/",
      "x:0",
      "x:70000",
      "x:y",
      "[x]:80",
      "10.0.0.0/8/9",
      "user@x",
      "/",
    ]) {
      assert.throws(() => guardOf([], [entry]), /not a host or range/, entry);
    }
  });
});

suite("look-ups", () => {
  test("are shared by all who ask at once and shortly after, failures are not kept", async () => {
    let now = 0;
    const asked: string[] = [];
    const answers = [["8.8.8.8"], new Error("down"), ["8.8.4.4"]];
    const resolve = rememberLookups(
      async (host) => {
        asked.push(host);
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer ?? [];
      },
      () => now,
    );
    assert.deepEqual(await Promise.all([resolve("one"), resolve("one")]), [["8.8.8.8"], ["8.8.8.8"]]);
    now = 4999;
    assert.deepEqual(await resolve("one"), ["8.8.8.8"]);
    now = 5000;
    await assert.rejects(resolve("one"));
    assert.deepEqual(await resolve("one"), ["8.8.4.4"]);
    assert.equal(asked.length, 3);
  });

  test("that change are judged each time anew", async () => {
    const answers = [["8.8.8.8"], ["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["8.8.4.4"]];
    const guard = createGuard({ resolve: async () => answers.shift() ?? [], allow: [] });
    const codes: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) codes.push(await codeOf(guard, "https://partner.example/"));
    assert.deepEqual(codes, ["ok", "forbidden_address", "forbidden_address", "ok"]);
  });
});

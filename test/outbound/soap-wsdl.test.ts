// Which WSDL files may be used: plain names of one folder, imports from it alone, nothing from the network, changed ones anew.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { Failure } from "../../src/core/errors.ts";
import { openWsdlFolder, type WsdlFolder } from "../../src/outbound/transports/soap-wsdl.ts";
import { FOREIGN_WSDLS } from "./soap-harness.ts";

suite("the folder of WSDLs", () => {
  let base = "";
  let place = "";
  let folder: WsdlFolder;
  before(async () => {
    base = await mkdtemp(path.join(tmpdir(), "crossdesk-wsdl-"));
    place = path.join(base, "wsdl");
    await cp(FOREIGN_WSDLS, place, { recursive: true });
    await writeFile(path.join(base, "outside.wsdl"), await readFile(path.join(place, "Old.wsdl")));
    folder = openWsdlFolder(place);
  });
  after(() => rm(base, { recursive: true, force: true }));

  async function refusal(file: string, operation = "open"): Promise<string> {
    const failure = await folder.operation(file, operation).then(
      () => assert.fail(`${file} was taken`),
      (error: unknown) => error,
    );
    assert.ok(failure instanceof Failure && failure.code === "invalid_request", String(failure));
    assert.ok(!failure.message.includes(base), "no path is told");
    return failure.detail ?? "";
  }

  const changed = async (name: string, change: (text: string) => string): Promise<string> => {
    await writeFile(path.join(place, name), change(await readFile(path.join(place, "Desk.wsdl"), "utf8")));
    return name;
  };

  test("only plain names within the folder", async () => {
    for (const file of [
      "../outside.wsdl",
      "/etc/passwd",
      "..",
      "a/b.wsdl",
      "..\\outside.wsdl",
      "http://127.0.0.1/x.wsdl",
      ".hidden",
      "a\0.wsdl",
      "",
    ]) {
      assert.match(await refusal(file), /plain name of a file/, file);
    }
    await symlink(path.join(base, "outside.wsdl"), path.join(place, "link.wsdl"));
    assert.match(await refusal("link.wsdl"), /leads out of the folder/);
    await symlink(path.join(place, "Old.wsdl"), path.join(place, "inner.wsdl"));
    assert.equal((await folder.operation("inner.wsdl", "open")).name, "open");
    assert.match(await refusal("missing.wsdl"), /no such file/);
  });

  test("imports come from the folder alone", async () => {
    const calls: string[] = [];
    const server = createServer((socket) => void calls.push(String(socket.remotePort)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.xsd`;
    for (const location of [address, "../outside.wsdl", "/etc/passwd", "file:///etc/passwd", "http:desk-data.xsd"]) {
      const file = await changed("import.wsdl", (text) => text.replace("desk-data.xsd", location));
      assert.match(await refusal(file, "Create"), /it imports .*: save it in the folder/s, location);
    }
    const missing = await changed("import.wsdl", (text) => text.replace("desk-data.xsd", "gone.xsd"));
    assert.match(await refusal(missing, "Create"), /imports gone\.xsd, which is not there/);
    server.close();
    assert.deepEqual(calls, []);
  });

  test("a link among the imports leads nowhere else", async () => {
    await symlink(path.join(base, "outside.wsdl"), path.join(place, "far.xsd"));
    const file = await changed("far.wsdl", (text) => text.replace("desk-data.xsd", "far.xsd"));
    assert.match(await refusal(file, "Create"), /leads out of the folder/);
  });

  test("files too large, broken or of another kind are refused", async () => {
    await changed("large.wsdl", (text) => text + " ".repeat(5 * 1024 * 1024));
    assert.match(await refusal("large.wsdl"), /more than \d+ bytes/);
    await changed("broken.wsdl", (text) => text.slice(0, 500));
    assert.match(await refusal("broken.wsdl"), /cannot be used/);
    await writeFile(path.join(place, "page.wsdl"), "<html></html>");
    assert.match(await refusal("page.wsdl"), /cannot be used/);
    await writeFile(path.join(place, "empty.wsdl"), "");
    assert.match(await refusal("empty.wsdl"), /cannot be used/);
  });

  test("a file that changed is read anew, and one that was broken when it is mended", async () => {
    const file = "grown.wsdl";
    await writeFile(path.join(place, file), "<html></html>");
    await refusal(file);
    await changed(file, (text) => text);
    assert.equal((await folder.operation(file, "Create")).action, "urn:desk/Create");
    await changed(file, (text) => text.replaceAll("urn:desk/Create", "urn:desk/CreateTicket"));
    assert.equal((await folder.operation(file, "Create")).action, "urn:desk/CreateTicket");
    assert.equal(await folder.operation(file, "Create"), await folder.operation(file, "Create"), "kept while it is the same");
  });
});

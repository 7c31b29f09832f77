// Which requests are the SOAP channel's own, and the documents it gives to anybody.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { OPERATION, startChannel } from "../helpers/soap-channel.ts";
import { sendRaw } from "../wire/soap/raw-http.ts";

suite("SOAP paths", () => {
  test("which requests are the channel's own", async () => {
    const channel = await startChannel(null);
    channel.close();
    const own = [
      SERVICE_PATH,
      SERVICE_PATH.toLowerCase(),
      "/Workflow/WebService/WorkflowService.asmx",
      `${SERVICE_PATH}?wsdl`,
      `${SERVICE_PATH}/Nope`,
    ];
    const foreign = [
      "/",
      "",
      "/v1/tasks",
      `${SERVICE_PATH}x`,
      `/x${SERVICE_PATH}`,
      SERVICE_PATH.slice(0, -1),
      `${SERVICE_PATH}.txt`,
    ];
    for (const path of own) assert.ok(channel.handler.matches(path), path);
    for (const path of foreign) assert.ok(!channel.handler.matches(path), path);
  });
});

suite("SOAP documents", () => {
  for (const publicUrl of ["https://desk.example.com/", "https://desk.example.com", null]) {
    test(`the address in the WSDL with ${publicUrl ?? "no"} public address`, async () => {
      const channel = await startChannel(publicUrl);
      try {
        const answer = await fetch(`${channel.url.toLowerCase()}?WsDl`);
        assert.equal(answer.headers.get("content-type"), "text/xml; charset=utf-8");
        const address = publicUrl === null ? channel.url : `https://desk.example.com${SERVICE_PATH}`;
        const found = [...(await answer.text()).matchAll(/address location="([^"]*)"/g)].map(([, location]) => location);
        assert.deepEqual(found, [address, address]);
        const disco = await (await fetch(`${channel.url}?DISCO`)).text();
        assert.ok(disco.includes(`<contractRef ref="${address}?wsdl" docRef="${address}"`), disco);
        assert.ok(disco.includes('binding="q2:WorkflowServiceSoap12"'), disco);
      } finally {
        channel.close();
      }
    });
  }

  test("the page of the service lists its operations", async () => {
    const channel = await startChannel(null);
    try {
      for (const query of ["", "?singleWsdl", "?op="]) {
        const answer = await fetch(channel.url + query);
        assert.equal(answer.status, 200);
        assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
        assert.ok((await answer.text()).includes(`<li><a href="?op=${OPERATION}">${OPERATION}</a>`));
      }
    } finally {
      channel.close();
    }
  });

  const withChannel = async (work: (url: string) => Promise<void>): Promise<void> => {
    const channel = await startChannel(null);
    try {
      await work(channel.url);
    } finally {
      channel.close();
    }
  };

  test("pages load nothing but the gateway's own style and script", () =>
    withChannel(async (url) => {
      const answer = await fetch(`${url}?op=${OPERATION.toLowerCase()}`);
      const policy = answer.headers.get("content-security-policy") ?? "";
      assert.match(policy, /^default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'/);
      assert.doesNotMatch(policy, /unsafe|\*/);
      const html = await answer.text();
      assert.doesNotMatch(html, /<script(?! src="\?page\.js")|<style| style=| on[a-z]+=/i);
      for (const [file, type] of [
        ["page.css", "text/css; charset=utf-8"],
        ["page.js", "text/javascript; charset=utf-8"],
      ] as const) {
        assert.ok(html.includes(`"?${file}"`));
        assert.equal((await fetch(`${url}?${file}`)).headers.get("content-type"), type);
      }
    }));

  test("the form of an operation needs scripts while form POST is off, and says so", () =>
    withChannel(async (url) => {
      const html = await (await fetch(`${url}?op=${OPERATION}`)).text();
      assert.match(html, /<button type="submit" disabled>/);
      assert.match(html, /<noscript>/);
      assert.doesNotMatch(html, /<form[^>]* action=|HTTP GET|HTTP POST/);
    }));

  for (const host of ["a:99999", "1.2.3.4.5"]) {
    test(`a page for the host ${host}, which looks like one and is none`, () =>
      withChannel(async (url) => {
        const { hostname, port, pathname } = new URL(url);
        const lines = [`GET ${pathname}?op=${OPERATION} HTTP/1.1`, `Host: ${host}`, "Connection: close", "", ""];
        const answer = await sendRaw(`http://${hostname}:${port}`, Buffer.from(lines.join("\r\n")));
        assert.equal(answer.status, 200);
      }));
  }
});

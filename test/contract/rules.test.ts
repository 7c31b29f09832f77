// The REST contract as a document: it keeps the rules, and each rule finds what breaks it.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PROBLEMS } from "../../src/inbound/rest/problem.ts";
import { describedIn, type Part, RULES, resolve } from "../helpers/contract-rules.ts";
import { readContract } from "../wire/rest/client.ts";

const definition: Part = readContract();

/** A change to the contract that a rule must see, by the name of the rule. */
const BROKEN: Readonly<Record<string, (copy: Part) => void>> = {
  "an operation has an id, a summary without a full stop, and a description in sentences": (copy) => {
    delete copy.paths["/v1/tasks"].get.description;
  },
  "the tags of an operation are described": (copy) => copy.paths["/v1/tasks"].get.tags.push("unheard of"),
  "parameters are described": (copy) => {
    delete copy.components.parameters.limit.description;
  },
  "headers and schemas of the components are described": (copy) => {
    copy.components.schemas.New = { type: "string" };
  },
  "a body that is sent has an example": (copy) => {
    delete copy.paths["/v1/tickets"].post.requestBody.content["application/json"].example;
  },
  "a body that is answered has an example": (copy) => {
    delete copy.components.responses.Busy.content["application/problem+json"].example;
  },
  "an answer is described, and carries the id of its request": (copy) => {
    delete copy.paths["/v1/tasks"].get.responses["200"].headers["X-Request-Id"];
  },
  "JSON that is read has a tag, and is not sent to who has it": (copy) => {
    delete copy.paths["/v1/tasks"].get.responses["304"];
  },
  "what a caller asks for by a header is told in the answer, which may be one without a body": (copy) => {
    delete copy.paths["/v1/tickets/{ticketId}/closure"].post.responses["201"].headers["Preference-Applied"];
  },
  "an error is a problem": (copy) => {
    copy.components.responses.Failed.content["text/plain"] = { schema: { type: "string" }, example: "sorry" };
  },
  "who shall wait is told how long, and who is not known how to show who it is": (copy) => {
    delete copy.components.responses.RateLimited.headers["Retry-After"];
  },
  "ids and parameters are in camel case, a GET lists, gets, finds or streams": (copy) => {
    copy.paths["/v1/tasks"].get.operationId = "tasks";
  },
  "no text was broken at its comma": (copy) => {
    copy.components.schemas.Task["not spaces alone."] = null;
  },
  "ids are unique": (copy) => {
    copy.paths["/v1/tasks"].get.operationId = "getTask";
  },
  "paths have lower case words with dashes, after the version": (copy) => {
    copy.paths["/v1/appFields"] = copy.paths["/v1/tasks"];
  },
  "the parts of a path are its path parameters": (copy) => {
    copy.paths["/v1/tasks/{taskNumber}"] = copy.paths["/v1/tasks/{taskId}"];
  },
  "schemas are named in capitals, their fields in camel case": (copy) => {
    copy.components.schemas.Task.properties["external_reference"] = { type: "string" };
  },
};

suite("the rules of the REST contract", () => {
  for (const { name, violations } of RULES) {
    test(name, () => {
      assert.deepEqual(violations(definition), []);
      const copy = readContract();
      assert.ok(BROKEN[name], "a change that breaks the rule");
      BROKEN[name]?.(copy);
      assert.notDeepEqual(violations(copy), [], "the rule sees what breaks it");
    });
  }

  test("every code of a problem stands in an answer of its status", () => {
    const told = new Map<number, string>();
    for (const { operation } of describedIn(definition))
      for (const [status, one] of Object.entries<Part>(operation.responses))
        told.set(Number(status), `${told.get(Number(status)) ?? ""} ${resolve(definition, one).description}`);
    // What no operation answers, because none is meant.
    const ELSEWHERE = ["method_not_allowed"];
    const silent = Object.entries(PROBLEMS).filter(([code, { status }]) => !told.get(status)?.includes(`\`${code}\``));
    assert.deepEqual(
      silent.map(([code]) => code).filter((code) => !ELSEWHERE.includes(code)),
      [],
    );
  });

  test("the example of a problem is that of its status, with the title it has", () => {
    for (const { id, operation } of describedIn(definition)) {
      for (const [status, one] of Object.entries<Part>(operation.responses)) {
        const media = resolve(definition, one).content?.["application/problem+json"];
        if (!media) continue;
        const shown = [media.example, ...Object.values<Part>(media.examples ?? {}).map(({ value }) => value)].filter(Boolean);
        for (const { code, title, status: told, type } of shown) {
          assert.equal(told, Number(status), `${id} ${status}`);
          assert.deepEqual(PROBLEMS[code], { status: told, title }, `${id} ${code}`);
          assert.equal(type, `/problems/${code}`);
        }
      }
    }
  });
});

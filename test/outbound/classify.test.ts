// What the end of a call means: status by status, trouble by trouble, for calls that may be repeated and calls that may not.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Failure } from "../../src/core/errors.ts";
import { type ClassifyRules, classify, readRetryAfter, readStatuses } from "../../src/outbound/classify.ts";
import type { Exchange, TroubleCode } from "../../src/outbound/request.ts";
import type { HttpAnswer } from "../../src/outbound/request-answer.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const RULES: ClassifyRules = { success: readStatuses(""), repeatable: true, answerNeeded: false, now: NOW };

function answered(status: number, headers: Record<string, string> = {}, end: HttpAnswer["end"] = "whole"): Exchange {
  const answer = { status, headers, body: Buffer.alloc(0), end };
  const trouble = end === "lost" ? { code: "reset" as const, detail: "cut" } : null;
  return { answer, trouble, reached: "begun", address: "192.0.2.1", sentBytes: 1, receivedBytes: 0, ms: 1 };
}

function failed(code: TroubleCode, reached: Exchange["reached"]): Exchange {
  return { answer: null, trouble: { code, detail: "why" }, reached, address: null, sentBytes: 0, receivedBytes: 0, ms: 1 };
}

function verdictOf(exchange: Exchange, rules: Partial<ClassifyRules> = {}): [string, string] {
  const verdict = classify(exchange, { ...RULES, ...rules });
  return [verdict.class, verdict.code];
}

suite("statuses", () => {
  const TABLE: Readonly<Record<string, readonly number[]>> = {
    done: [200, 201, 202, 204, 299],
    gone: [410],
    transient: [408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 599],
    permanent: [101, 400, 401, 403, 404, 405, 409, 413, 415, 422, 451, 499, 501, 505],
  };
  for (const [expected, statuses] of Object.entries(TABLE)) {
    test(`${expected}: ${statuses.join(", ")}`, () => {
      for (const status of statuses) assert.deepEqual(verdictOf(answered(status)), [expected, `http_${status}`]);
    });
  }

  test("a redirect is refused", () => {
    for (const status of [300, 301, 302, 303, 304, 307, 308]) {
      assert.deepEqual(verdictOf(answered(status)), ["permanent", "redirect_refused"]);
    }
  });

  test("the API's own list says what success is", () => {
    const success = readStatuses("201,409, 300-303");
    for (const status of [201, 409, 302]) assert.deepEqual(verdictOf(answered(status), { success }), ["done", `http_${status}`]);
    assert.deepEqual(verdictOf(answered(200), { success }), ["permanent", "http_200"]);
    assert.deepEqual(verdictOf(answered(410), { success: readStatuses("410") }), ["done", "http_410"]);
  });

  test("a gateway that does not know what became of a call leaves it open, unless it may be repeated", () => {
    for (const status of [502, 504]) assert.equal(verdictOf(answered(status), { repeatable: false })[0], "ambiguous");
    for (const status of [429, 500, 503]) assert.equal(verdictOf(answered(status), { repeatable: false })[0], "transient");
  });

  test("half an answer is enough when nothing is to be read from it", () => {
    const half = answered(200, {}, "lost");
    assert.deepEqual(verdictOf(half), ["done", "http_200"]);
    assert.deepEqual(verdictOf(half, { answerNeeded: true }), ["transient", "answer_reset"]);
    assert.deepEqual(verdictOf(half, { answerNeeded: true, repeatable: false }), ["ambiguous", "answer_reset"]);
    assert.deepEqual(verdictOf(answered(200, {}, "size"), { answerNeeded: true }), ["done", "http_200"]);
  });

  test("lists of statuses that cannot be read are refused", () => {
    for (const text of ["2xx", "200-", "-299", "299-200", "200,,201", "99", "600", "200;201"]) {
      assert.throws(
        () => readStatuses(text),
        (error) => error instanceof Failure && error.code === "invalid_request",
        text,
      );
    }
  });
});

suite("troubles", () => {
  test("where nothing was sent, later may do", () => {
    for (const code of ["dns", "connect", "tls", "proxy", "timeout", "aborted", "stale_connection"] as const) {
      assert.deepEqual(verdictOf(failed(code, "nothing"), { repeatable: false }), ["transient", code]);
    }
  });

  test("what was sent and not answered is open, unless it may be repeated", () => {
    for (const code of ["timeout", "reset", "aborted", "stale_connection"] as const) {
      assert.deepEqual(verdictOf(failed(code, "sent"), { repeatable: false }), ["ambiguous", code]);
      assert.deepEqual(verdictOf(failed(code, "sent")), ["transient", code]);
    }
    assert.deepEqual(verdictOf(failed("bad_answer", "begun"), { repeatable: false }), ["ambiguous", "bad_answer"]);
    assert.deepEqual(verdictOf(failed("bad_answer", "begun")), ["transient", "bad_answer"]);
  });

  test("what may not be called, or cannot, never may", () => {
    for (const code of ["forbidden_address", "invalid_url", "invalid_call"] as const) {
      assert.deepEqual(verdictOf(failed(code, "nothing")), ["permanent", code]);
    }
  });
});

suite("Retry-After", () => {
  test("is seconds or a date, from nothing to seven days", () => {
    const rows: [value: string | undefined, ms: number | null][] = [
      ["0", 0],
      [" 120 ", 120_000],
      ["999999999999999999999", 604_800_000],
      ["Sun, 22 Nov 2026 12:01:00 GMT", 60_000],
      ["Sunday, 22-Nov-26 12:01:00 GMT", 60_000],
      ["Sun, 22 Nov 2020 12:01:00 GMT", 0],
      ["Sun, 22 Nov 2099 12:01:00 GMT", 604_800_000],
      [undefined, null],
      ["", null],
      ["-5", null],
      ["1.5", null],
      ["soon", null],
      ["2026", 2_026_000],
      ["1e3", null],
    ];
    for (const [value, ms] of rows) assert.equal(readRetryAfter(value, NOW), ms, String(value));
  });

  test("counts where a later try may do", () => {
    const wait = (status: number) => classify(answered(status, { "retry-after": "30" }), RULES).retryAfterMs;
    assert.deepEqual([429, 503, 500, 301, 400, 200, 410].map(wait), [30_000, 30_000, 30_000, null, null, null, null]);
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { z } from "zod";
import { readJson } from "#lib/http/read-json.ts";

const schema = z.strictObject({
  text: z.string().max(5),
  more: z.strictObject({ count: z.number() }).optional(),
});
const json = { "content-type": "application/json" };
const post = (body: BodyInit | null, headers: Record<string, string> = json) =>
  new Request("http://inside/", { method: "POST", headers, body });

describe("a body is read", () => {
  for (const type of ["application/json", "application/json; charset=utf-8", "Application/JSON"])
    test(`as ${type}`, async () => {
      assert.deepEqual(await readJson(post(`{"text":"hi"}`, { "content-type": type }), schema), {
        text: "hi",
      });
    });

  test("without one, `optional` stands for an empty object, whatever its type", async () => {
    const request = new Request("http://inside/", { method: "POST" });
    assert.deepEqual(await readJson(request, schema.partial(), { optional: true }), {});
  });

  test("in pieces that cut a character", async () => {
    const bytes = Buffer.from(`{"text":"é中"}`);
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const request = new Request("http://inside/", {
      method: "POST",
      headers: json,
      body,
      duplex: "half",
    } as RequestInit);
    assert.deepEqual(await readJson(request, schema), { text: "é中" });
  });
});

describe("a body is refused", () => {
  const refused: [title: string, request: Request, status: number, code: string, fields?: object][] = [
    ["of another type", post("text=hi", { "content-type": "text/plain" }), 415, "wrong_content_type"],
    [
      "of a type that begins alike",
      post("{}", { "content-type": "application/jsonp" }),
      415,
      "wrong_content_type",
    ],
    ["without a type", post(Buffer.from("{}"), {}), 415, "wrong_content_type"],
    ["compressed", post("{}", { ...json, "content-encoding": "gzip" }), 415, "wrong_content_type"],
    [
      "whose length is over the limit",
      post("{}", { ...json, "content-length": "262145" }),
      413,
      "body_too_large",
    ],
    ["that is over the limit", post(`"${"x".repeat(256 * 1024)}"`), 413, "body_too_large"],
    ["that is no UTF-8", post(Uint8Array.of(0x22, 0xff, 0x22)), 400, "bad_json"],
    ["that is empty", post(""), 400, "bad_json"],
    ["that is not JSON", post("{"), 400, "bad_json"],
    ["with a key twice", post(`{"text":"a","text":"b"}`), 400, "bad_json"],
    ["without a field", post("{}"), 400, "bad_field", { field: "text" }],
    ["that is no object", post("[]"), 400, "bad_field", { field: "body" }],
    [
      "with a wrong field further in",
      post(`{"text":"a","more":{}}`),
      400,
      "bad_field",
      { field: "more.count" },
    ],
    ["with an unknown field", post(`{"text":"a","role":"system"}`), 400, "unknown_field", { field: "role" }],
    [
      "with an unknown field further in",
      post(`{"text":"a","more":{"count":1,"x":1}}`),
      400,
      "unknown_field",
      { field: "more.x" },
    ],
    ["with too long a text", post(`{"text":"123456"}`), 422, "text_too_long", { field: "text", limit: 5 }],
  ];
  for (const [title, request, status, code, fields = {}] of refused)
    test(title, async () => {
      await assert.rejects(readJson(request, schema), { name: "ProblemError", status, code, fields });
    });
});

test("a body that is too large is not read to its end", async () => {
  let pulled = 0;
  let isCancelled = false;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(64 * 1024));
    },
    cancel() {
      isCancelled = true;
    },
  });
  const request = new Request("http://inside/", {
    method: "POST",
    headers: json,
    body,
    duplex: "half",
  } as RequestInit);
  await assert.rejects(readJson(request, schema), { status: 413 });
  assert.ok(pulled <= 6, `${pulled} chunks`);
  assert.equal(isCancelled, true);
});

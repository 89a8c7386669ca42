import assert from "node:assert/strict";
import { test } from "node:test";
import { transferUrl } from "#lib/sessions/transfer-url.ts";

test("a link is at the address that the browser has us under", () => {
  const asked = (headers: Record<string, string>) => new Request("http://inside:3000/x", { headers });
  assert.equal(transferUrl("c", asked({ origin: "https://a.example" }), false), "https://a.example/join/c");
  assert.equal(transferUrl("c", asked({ host: "127.0.0.1:3000" }), false), "http://127.0.0.1:3000/join/c");
  assert.equal(transferUrl("c", asked({ host: "a.example" }), true), "https://a.example/join/c");
  assert.equal(
    transferUrl("c", asked({ host: "a.example", origin: "null" }), false),
    "http://a.example/join/c",
  );
});

test("a link is at the address that other devices open, where it is known", () => {
  const request = new Request("http://inside:3000/x", { headers: { origin: "http://127.0.0.1:3000" } });
  assert.equal(transferUrl("c", request, false, "https://chat.example"), "https://chat.example/join/c");
});

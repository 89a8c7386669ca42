import assert from "node:assert/strict";
import { test } from "node:test";
import { transferUrl } from "#lib/sessions/transfer-url.ts";

test("a link is at the address that the browser has us under", () => {
  const asked = (headers: Record<string, string>) => new Request("http://inside:3000/x", { headers });
  assert.equal(transferUrl("c", asked({ origin: "https://a.example" }), false), "https://a.example/join/c");
  assert.equal(transferUrl("c", asked({ host: "127.0.0.1:3000" }), false), "http://127.0.0.1:3000/join/c");
  assert.equal(transferUrl("c", asked({ host: "a.example" }), true), "https://a.example/join/c");
});

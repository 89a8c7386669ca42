import assert from "node:assert/strict";
import { test } from "node:test";
import { contentPolicy, pageHeaders } from "#lib/sessions/page-headers.ts";

const directives = (policy: string) =>
  new Map(policy.split("; ").map((each) => [each.split(" ")[0], each.split(" ").slice(1).join(" ")]));

test("S70 a page loads nothing that its policy does not name, and its scripts by nonce only", () => {
  const policy = directives(contentPolicy("abc", false));
  assert.equal(policy.get("default-src"), "'none'");
  assert.equal(policy.get("script-src"), "'nonce-abc' 'strict-dynamic'");
  for (const name of ["base-uri", "frame-ancestors", "object-src"])
    assert.equal(policy.get(name), "'none'", name);
  assert.equal(policy.get("form-action"), "'self'");
  assert.doesNotMatch(contentPolicy("abc", false), /unsafe|https?:|\*/);
});

test("S70 only the development server may eval and style inline, and nothing else of its policy differs", () => {
  const [served, developed] = [false, true].map((development) =>
    directives(contentPolicy("abc", development)),
  );
  for (const [name, value] of developed ?? [])
    assert.equal(value.replace(/ 'unsafe-(eval|inline)'/, ""), served?.get(String(name)), name);
  assert.match(developed?.get("script-src") ?? "", /'unsafe-eval'/);
  assert.match(developed?.get("style-src") ?? "", /'unsafe-inline'/);
});

test("S72 https is remembered where it is spoken, and never otherwise", () => {
  const names = (secure: boolean) => pageHeaders(secure).map(([name]) => name);
  assert.equal(names(true).includes("strict-transport-security"), true);
  assert.equal(names(false).includes("strict-transport-security"), false);
  assert.deepEqual(names(true).slice(0, -1), names(false));
});

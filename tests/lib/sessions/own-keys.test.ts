import assert from "node:assert/strict";
import { test } from "node:test";
import { ownKeysCookie, readOwnKeys } from "#lib/sessions/own-keys.ts";

const secrets = ["s".repeat(32)];
const at = { secrets, session: "of-this-browser", secure: false };
const keys = new Map([
  ["https://api.example", "sk-canary-own"],
  ["http://127.0.0.1:1", "other"],
]);

const valueOf = (cookie: string | undefined): string => /^[^=]+=([^;]*)/.exec(cookie ?? "")?.[1] ?? "";

test("S56 keys are read again from their cookie, in which nobody else can read them, and no script", () => {
  const cookie = ownKeysCookie(keys, at) ?? "";
  assert.match(cookie, /^rivulet-keys=[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
  assert.doesNotMatch(Buffer.from(valueOf(cookie), "base64url").toString("latin1"), /canary|example/);
  const header = `a=b; rivulet-keys=${valueOf(cookie)}; c=d`;
  assert.deepEqual(readOwnKeys(header, at), keys);
  assert.notEqual(ownKeysCookie(keys, at), cookie, "each time under another number");
  const secure = ownKeysCookie(keys, { ...at, secure: true }) ?? "";
  assert.match(secure, /^__Host-rivulet-keys=.*; Secure; Max-Age=/);
});

test("S56 the cookie of another session, another secret, or with any bit flipped, is none", () => {
  const value = valueOf(ownKeysCookie(keys, at));
  const none = new Map();
  assert.deepEqual(readOwnKeys(`rivulet-keys=${value}`, { ...at, session: "another" }), none);
  assert.deepEqual(readOwnKeys(`rivulet-keys=${value}`, { ...at, secrets: ["t".repeat(32)] }), none);
  assert.deepEqual(readOwnKeys(`rivulet-keys=${value}`, { ...at, secure: true }), none);
  const bytes = Buffer.from(value, "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit += 7) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.deepEqual(readOwnKeys(`rivulet-keys=${changed.toString("base64url")}`, at), none);
  }
  for (const odd of [
    "",
    "x",
    "rivulet-keys",
    "rivulet-keys=",
    "rivulet-keys=%",
    `rivulet-keys=${"A".repeat(99)}`,
  ])
    assert.deepEqual(readOwnKeys(odd, at), none);
  assert.deepEqual(readOwnKeys(null, at), none);
});

test("a secret that is listed and not the newest opens what it sealed", () => {
  const value = valueOf(ownKeysCookie(keys, at));
  const rotated = { ...at, secrets: ["n".repeat(32), ...secrets] };
  assert.deepEqual(readOwnKeys(`rivulet-keys=${value}`, rotated), keys);
});

test("no keys take the cookie away, and more than a browser keeps are refused", () => {
  assert.match(ownKeysCookie(new Map(), at) ?? "", /^rivulet-keys=; .*Max-Age=0$/);
  const many = new Map(Array.from({ length: 10 }, (_, n) => [`https://host-${n}.example`, "k".repeat(400)]));
  assert.equal(ownKeysCookie(many, at), undefined);
});

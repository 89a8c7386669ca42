import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  expiredCookie,
  hashSecret,
  isTransferCode,
  newSid,
  newTransferCode,
  readSession,
  sessionCookie,
  sign,
} from "#lib/sessions/session.ts";

const [newest, older, other] = ["n".repeat(32), "o".repeat(32), "x".repeat(32)] as const;
const read = (value: string, secrets: readonly string[] = [newest, older]) =>
  readSession(`a=b; rivulet-sid=${value}`, secrets, false);

test("a session that we signed is one user, whatever secret signed it, and nobody else's", () => {
  const [sid, another] = [newSid(), newSid()];
  const session = read(sign(sid, [newest]));
  assert.equal(session?.sid, sid);
  assert.equal(session?.isStale, false);
  assert.equal(read(sign(sid, [older]))?.hash, session?.hash);
  assert.equal(read(sign(sid, [older]))?.isStale, true);
  assert.notEqual(read(sign(another, [newest]))?.hash, session?.hash);
  assert.equal(read(sign(sid, [other])), null);
});

test("a cookie with any bit flipped, cut anywhere, or of another form is no session", () => {
  const value = sign(newSid(), [newest]);
  for (let at = 0; at < value.length; at += 1) {
    for (let bit = 0; bit < 7; bit += 1) {
      const flipped = String.fromCharCode(value.charCodeAt(at) ^ (1 << bit));
      // The last character of a base64url text carries bits that decode to nothing: the text itself is
      // compared.
      assert.equal(read(value.slice(0, at) + flipped + value.slice(at + 1)), null, `${at}/${bit}`);
    }
    assert.equal(read(value.slice(0, at)), null);
  }
  for (const odd of ["", ".", `${value}.x`, `${value} `.repeat(2), '{"alg":"none"}'])
    assert.equal(read(odd), null);
});

test("of two cookies of the same name the valid one counts", () => {
  const value = sign(newSid(), [newest]);
  const session = readSession(`rivulet-sid=forged.x; rivulet-sid=${value}`, [newest], false);
  assert.equal(session?.sid, value.split(".")[0]);
});

test("over https only the __Host- cookie is read and set", () => {
  const sid = newSid();
  const value = sign(sid, [newest]);
  assert.equal(readSession(`rivulet-sid=${value}`, [newest], true), null);
  assert.equal(readSession(`__Host-rivulet-sid=${value}`, [newest], true)?.sid, sid);
  assert.match(
    sessionCookie(sid, [newest], true),
    /^__Host-rivulet-sid=.*; Path=\/; HttpOnly; SameSite=Lax; .*Secure$/,
  );
  assert.match(
    sessionCookie(sid, [newest], false),
    /^rivulet-sid=.*; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/,
  );
});

test("S7 a signature is compared with every listed secret in constant time: no way out at the first wrong character", () => {
  const value = sign(newSid(), [older]);
  const [sid = "", signature = ""] = value.split(".");
  const forged = [...signature].map((_, at) => `${sid}.${signature.slice(0, at)}${"A".repeat(43 - at)}`);
  assert.equal(
    forged.filter((each) => each !== value).every((each) => read(each) === null),
    true,
  );
  const source = readFileSync(new URL("../../../lib/sessions/session.ts", import.meta.url), "utf8");
  assert.match(source, /timingSafeEqual\(left, right\)/);
});

test("3.9 a transfer code has 192 random bits and is stored as a hash only; the cookie is taken away with its own flags", () => {
  const codes = new Set(Array.from({ length: 1000 }, newTransferCode));
  assert.equal(codes.size, 1000);
  for (const code of codes) {
    assert.ok(isTransferCode(code));
    assert.equal(Buffer.from(code, "base64url").length * 8, 192);
    assert.match(hashSecret(code), /^[0-9a-f]{64}$/);
  }
  for (const odd of ["", "x", "A".repeat(33), `${"A".repeat(31)}*`, "../".repeat(10), `${"A".repeat(32)}\n`])
    assert.equal(isTransferCode(odd), false);
  assert.equal(expiredCookie(false), "rivulet-sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
  assert.equal(expiredCookie(true), "__Host-rivulet-sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionError } from "#lib/models/connection-error.ts";

/** As the SDK throws it: around fetch's error, around the socket's. */
function wrapped(inner: unknown): Error {
  return new Error("Connection error.", { cause: new TypeError("fetch failed", { cause: inner }) });
}
const coded = (code: string): Error => Object.assign(new Error(`secret ${code}`), { code });

const cases: [what: string, error: unknown, reason: string | undefined, words: RegExp][] = [
  ["a name that nobody knows", wrapped(coded("ENOTFOUND")), "name", /its name is not known/],
  ["a name that cannot be looked up now", wrapped(coded("EAI_AGAIN")), "name", /its name is not known/],
  ["a port where nothing listens", wrapped(coded("ECONNREFUSED")), "refused", /nothing listens there/],
  [
    "the same on every address of a host",
    wrapped(new AggregateError([coded("ECONNREFUSED"), coded("ETIMEDOUT")])),
    "refused",
    /nothing listens there/,
  ],
  ["a certificate", wrapped(coded("DEPTH_ZERO_SELF_SIGNED_CERT")), "tls", /TLS.*DEPTH_ZERO_SELF_SIGNED_CERT/],
  ["another protocol", wrapped(coded("EPROTO")), "tls", /TLS.*EPROTO/],
  ["a reset", wrapped(coded("ECONNRESET")), undefined, /the connection failed \(ECONNRESET\)/],
  ["an error without a code", wrapped(new Error("secret")), undefined, /the connection failed\./],
  ["what is no error", "secret", undefined, /the connection failed\./],
];

const waits: [host: string, code: string, waitFor: string | undefined][] = [
  ["127.0.0.1:11434", "ECONNREFUSED", "refused"],
  ["ollama:11434", "ECONNREFUSED", "refused"],
  ["127.0.0.1:11434", "ECONNRESET", undefined],
  ["api.example.com", "ECONNREFUSED", undefined],
];
for (const [host, code, waitFor] of waits)
  test(`${host} is ${waitFor ? "" : "not "}waited for after ${code}`, () => {
    assert.equal(connectionError(host, wrapped(coded(code))).waitFor, waitFor);
  });

for (const [what, error, reason, words] of cases)
  test(`${what} is told in words, without a word of the error's own`, () => {
    const failure = connectionError("host:1", error);
    assert.deepEqual([failure.code, failure.retryable], ["unreachable", true]);
    assert.deepEqual(failure.facts, { host: "host:1", ...(reason !== undefined && { reason }) });
    assert.match(failure.message, words);
    assert.doesNotMatch(`${failure.message} ${failure.stack} ${String(failure.cause)}`, /secret/);
  });

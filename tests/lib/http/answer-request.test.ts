import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type AccessRules, answerAnyone, answerVisitor } from "#lib/http/answer-request.ts";
import { createOwnHosts } from "#lib/http/own-hosts.ts";
import { ProblemError } from "#lib/http/problem.ts";
import { hashSecret, newSid, sessionCookieName, sign } from "#lib/sessions/session.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

const secrets = ["s".repeat(32)];
const hosts = createOwnHosts({ loopbackOnly: true, allowedHosts: [], machineName: "tests" });
const sid = newSid();
const { sessions } = openSqlite({ dir: ":memory:" });

interface Asking {
  headers?: Record<string, string>;
  method?: string;
  answer?: () => Promise<Response>;
}

/** Asks with a valid session, unless the headers say otherwise. */
async function ask({ headers = {}, method = "POST", answer }: Asking) {
  const cookie = `${sessionCookieName(false)}=${sign(sid, secrets)}`;
  const request = new Request("http://inside/", {
    method,
    headers: { host: "localhost", cookie, ...headers },
  });
  const lines: Readonly<Record<string, unknown>>[] = [];
  const access: AccessRules = { secrets, sessions, hosts, log: (line) => void lines.push(line) };
  const visitors: unknown[] = [];
  const response = await answerVisitor(request, access, async (visitor) => {
    visitors.push(visitor);
    return (await answer?.()) ?? new Response("ok");
  });
  return { response, visitors, lines };
}

test("a visitor is told apart by the session, and the answer carries an id and is not cached", async () => {
  const { response, visitors, lines } = await ask({});
  assert.deepEqual(visitors, [{ userId: hashSecret(sid), session: hashSecret(sid) }]);
  assert.equal(await response.text(), "ok");
  assert.match(response.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(response.headers.get("cache-control"), "private, no-store");
  assert.deepEqual(lines, []);
});

test("an answer may say itself how it is cached", async () => {
  const headers = { "cache-control": "no-store" };
  const { response } = await ask({ answer: async () => new Response("", { headers }) });
  assert.equal(response.headers.get("cache-control"), "no-store");
});

describe("nothing is answered", () => {
  const refused: [title: string, asking: Asking, status: number, code: string][] = [
    ["without a session", { headers: { cookie: "" } }, 401, "no_session"],
    [
      "with a forged session",
      { headers: { cookie: `rivulet-sid=${sid}.${"A".repeat(43)}` } },
      401,
      "no_session",
    ],
    ["over https by the cookie of http", { headers: { "x-forwarded-proto": "https" } }, 401, "no_session"],
    ["to another site", { headers: { origin: "https://evil.test" } }, 403, "foreign_origin"],
    ["under a rebound name", { headers: { host: "evil.test" } }, 403, "foreign_host"],
  ];
  for (const [title, asking, status, code] of refused)
    test(title, async () => {
      const { response, visitors, lines } = await ask(asking);
      assert.deepEqual([response.status, (await response.json()).code], [status, code]);
      assert.deepEqual([visitors, lines], [[], []]);
    });

  test("to a session that was logged out", async () => {
    const other = newSid();
    await sessions.logOut(hashSecret(other));
    const { response } = await ask({ headers: { cookie: `rivulet-sid=${sign(other, secrets)}` } });
    assert.equal(response.status, 401);
  });
});

describe("what is thrown is a problem", () => {
  const thrown: [title: string, error: unknown, status: number, code: string, lines: number][] = [
    [
      "the caller's fault, without a line in the log",
      new ProblemError(400, "bad_field", "a"),
      400,
      "bad_field",
      0,
    ],
    ["the store's fault", new StorageError("full", "disk full: /secret"), 503, "store_unavailable", 1],
    [
      "a start that may be done",
      new StorageError("unavailable", "away", { mayBeDone: true }),
      503,
      "start_unknown",
      1,
    ],
    ["a damaged record", new StorageError("damaged", "run x"), 500, "record_damaged", 1],
    ["a question that the store does not take", new StorageError("too-large", "x"), 413, "body_too_large", 1],
    ["ours", new TypeError("secret"), 500, "unexpected", 1],
    ["something that is no error", "secret", 500, "unexpected", 1],
  ];
  for (const [title, error, status, code, logged] of thrown)
    test(title, async () => {
      const { response, lines } = await ask({ answer: () => Promise.reject(error) });
      const problem = await response.text();
      assert.deepEqual([response.status, JSON.parse(problem).code], [status, code]);
      assert.equal(response.headers.get("retry-after"), status === 503 ? "2" : null);
      assert.equal(problem.includes("secret"), false);
      assert.deepEqual(
        lines.map(({ requestId }) => requestId),
        logged ? [JSON.parse(problem).requestId] : [],
      );
    });
});

test("anyone is answered without a session and from any page, under a name of ours only", async () => {
  const access = { hosts, log: () => undefined };
  const from = (host: string) =>
    answerAnyone(
      new Request("http://inside/", { method: "POST", headers: { host, origin: "https://evil.test" } }),
      access,
      async () => new Response("ok"),
    );
  assert.equal((await from("localhost:3000")).status, 200);
  assert.equal((await from("evil.test")).status, 403);
});

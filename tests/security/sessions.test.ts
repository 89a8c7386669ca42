import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { newSid, sign } from "#lib/sessions/session.ts";
import { apiClient } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { exchange } from "../support/http-exchange.ts";

const [older, newest, unlisted] = ["o".repeat(40), "n".repeat(40), "u".repeat(40)];

test("S7 an older listed secret is accepted and signed anew; one that is not listed begins a new session", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "rivulet-secrets-"));
  let app = await startAppServer({ dataDir, env: { SESSION_SECRET: older } });
  const user = await apiClient(app.url);
  const { conversationId, response } = await user.ask("hello");
  await response.text();
  await app.stop();
  app = await startAppServer({ dataDir, env: { SESSION_SECRET: `${newest},${older}` } });
  try {
    const at = (cookie: string, path = "/") => exchange(app.url, { path, headers: { cookie } });
    const renewed = cookieOf((await at(user.cookie)).headers["set-cookie"]);
    const [sid] = user.cookie.replace("rivulet-sid=", "").split(".");
    assert.equal(renewed, `rivulet-sid=${sign(String(sid), [newest])}`);
    for (const cookie of [user.cookie, renewed])
      assert.equal((await at(cookie, `/api/conversations/${conversationId}`)).status, 200);
    assert.equal((await at(renewed)).headers["set-cookie"], undefined);

    const forged = `rivulet-sid=${sign(String(sid), [unlisted])}`;
    assert.equal((await at(forged, `/api/conversations/${conversationId}`)).status, 401);
    const fresh = cookieOf((await at(forged)).headers["set-cookie"]);
    assert.notEqual(fresh.split(".")[0], `rivulet-sid=${sid}`);
    assert.equal((await at(fresh, `/api/conversations/${conversationId}`)).status, 404);

    const forgedFirst = `${forged}; ${renewed}; rivulet-sid=${sign(newSid(), [unlisted])}`;
    assert.equal((await at(forgedFirst, `/api/conversations/${conversationId}`)).status, 200);
  } finally {
    await app.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("S11 the cookie's flags, and who may keep what: nobody any answer of ours", async () => {
  const app = await startAppServer();
  try {
    const first = await exchange(app.url, {});
    assert.match(
      String(first.headers["set-cookie"]),
      /^rivulet-sid=[\w-]{43}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=31536000$/,
    );
    const secure = await exchange(app.url, { headers: { "x-forwarded-proto": "https" } });
    assert.match(
      String(secure.headers["set-cookie"]),
      /^__Host-rivulet-sid=[\w-]{43}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=31536000; Secure$/,
    );
    const client = await apiClient(app.url);
    const { runId, conversationId, response } = await client.ask("hello");
    assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
    assert.equal(response.headers.get("x-accel-buffering"), "no");
    await response.text();
    const paths = [
      "/api/conversations",
      "/api/models",
      `/api/conversations/${conversationId}`,
      `/api/runs/${runId}`,
    ];
    for (const path of [
      ...paths,
      `/api/runs/${conversationId}`,
      "/",
      `/c/${conversationId}`,
      "/settings",
      "/c/x",
    ]) {
      const { headers } = await exchange(app.url, { path, headers: { cookie: client.cookie } });
      // Next puts its own words on a page that is missing.
      assert.match(
        String(headers["cache-control"]),
        /^private, no-store$|^private, no-cache, no-store,/,
        path,
      );
      assert.equal(headers["set-cookie"], undefined, path);
    }
  } finally {
    await app.stop();
  }
});

const cookieOf = (setCookie: readonly string[] | undefined): string =>
  String(setCookie).split(";", 1)[0] ?? "";

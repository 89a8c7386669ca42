import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { createLiveConversation } from "#lib/client/conversation/live-conversation.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { clientEnvironment } from "../../support/client-environment.ts";
import { hangingStorage } from "../../support/hanging-storage.ts";
import { localApi } from "../../support/local-api.ts";
import { foldAll, readLog, runContext, textOf } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

const leaseMs = 15_000;

/** What a power cut may do: the newest commits are gone. */
function loseTail(dir: string, runId: string, head: number): void {
  const db = new DatabaseSync(join(dir, "rivulet.db"), { timeout: 1_000 });
  for (const table of ["fresh_events", "settled_events", "folds"])
    db.prepare(`delete from ${table} where run_id = ? and seq > ?`).run(runId, head);
  db.prepare("update runs set head = ? where run_id = ?").run(head, runId);
  db.close();
}

test("a store that lost its tail: whatever was lost, the page takes the snapshot and ends with the stored text", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "rivulet-tail-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  let time = 1_700_000_000_000;
  const now = () => time;
  const statuses: number[] = [];
  for (let lost = 1; lost <= 5; lost += 1) {
    const storage = openSqlite({ dir, now });
    const clock = { ...runContext(scriptedModel([])).clock, wall: now };
    const holder = { host: "another", boot: "", pid: 1, startedAt: "" };
    const connection = hangingStorage(storage);
    const shared = { clock, holder, leaseMs };
    const first = runContext(scriptedModel([...says("one ", "two "), new Promise(() => undefined)]), {
      ...shared,
      storage: connection,
    });
    const hold = gate();
    const second = runContext(scriptedModel([...says("new "), hold.promise, ...says("words"), finished]), {
      ...shared,
      storage,
    });

    let serve = localApi(first);
    const cut = new AbortController();
    const environment = clientEnvironment(async (url, init = {}) => {
      const response = await serve(url, init);
      statuses.push(response.status);
      if (cut.signal.aborted || !response.body) return response;
      // The dead process takes its connections along.
      const body = response.body.pipeThrough(new TransformStream(), { signal: cut.signal });
      return new Response(body, response);
    });
    const page = createLiveConversation({ environment, id: first.newId(), view: null });
    page.open();
    t.after(() => page.close());
    const shown = () => {
      const answer = page.getState().turns[0]?.answer;
      return answer ? textOf(answer) : "";
    };
    const runId = page.send("go") ?? assert.fail("it was not sent");
    await waitUntil("the page shows it", () => shown() === "one two ");

    connection.kill();
    const { length } = await readLog(storage, runId);
    loseTail(dir, runId, Math.max(0, length - lost));
    const stored = textOf(foldAll(await readLog(storage, runId)));
    serve = localApi(second);
    time += leaseMs + 1;
    const sweeping = new AbortController();
    keepSweeping(second, 1, sweeping.signal);
    sweeping.abort();
    await waitUntil("another process goes on", async () => {
      const log = await readLog(storage, runId);
      return log.length > 0 && textOf(foldAll(log)) === `${stored}new `;
    });
    cut.abort();
    await waitUntil("the page shows what is stored", () => shown() === `${stored}new `);
    assert.equal(page.getState().turns[0]?.isTruncated, true, "and says that a part was lost");
    hold.open();
    await waitUntil("it is over", () => !page.getState().busy);
    assert.equal(shown(), `${stored}new words`, `${lost} lost`);
    assert.equal(page.getState().turns.length, 1);
    assert.equal(page.getState().turns[0]?.isTruncated, true);
    assert.equal(
      page.getState().turns[0]?.isRewritten ?? false,
      stored === "",
      "and where it was begun anew",
    );
    assert.equal(textOf(foldAll(await readLog(storage, runId))), `${stored}new words`);
    await storage.close();
  }
  assert.equal(statuses.filter((status) => status === 410).length, 5, "each time the cursor was refused");
});

test("a cursor that is refused although nothing is lost: the page goes on from the snapshot, and has nothing to tell", async (t) => {
  const hold = gate();
  const context = runContext(scriptedModel([...says("one "), hold.promise, ...says("two"), finished]));
  const serve = localApi(context);
  let refusals = 0;
  const environment = clientEnvironment(async (url, init = {}) => {
    const response = await serve(url, init);
    if (!url.includes("/events") || refusals > 0) return response;
    refusals += 1;
    await response.body?.cancel();
    return Response.json({ code: "log_gone" }, { status: 410 });
  });
  const page = createLiveConversation({ environment, id: context.newId(), view: null });
  page.open();
  t.after(() => page.close());
  const shown = () => {
    const answer = page.getState().turns[0]?.answer;
    return answer ? textOf(answer) : "";
  };
  page.send("go");
  await waitUntil("the page shows it", () => shown() === "one ");
  page.reconnect();
  await waitUntil("its cursor was refused", () => refusals === 1);
  hold.open();
  await waitUntil("it is over", () => !page.getState().busy);
  assert.equal(shown(), "one two");
  assert.equal(page.getState().turns[0]?.isTruncated, undefined);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { ProblemError } from "#lib/http/problem.ts";
import { createServerBounds } from "#lib/http/server-bounds.ts";

const isBusy = (error: unknown): boolean =>
  error instanceof ProblemError &&
  error.status === 503 &&
  error.code === "server_busy" &&
  error.retryAfter !== undefined;

test("runs that begin count beside those that are live, until they are one of them", () => {
  const { beginRun } = createServerBounds({ serverRuns: 3 });
  const begun = beginRun(1);
  beginRun(1);
  assert.throws(() => beginRun(1), isBusy);
  begun();
  begun();
  assert.throws(() => beginRun(2), isBusy);
  beginRun(1);
});

test("streams are bounded in all, and one user has less than a third of them", () => {
  const { openStream } = createServerBounds({ serverStreams: 10 });
  const ofOne = [openStream("a"), openStream("a"), openStream("a")];
  assert.throws(() => openStream("a"), isBusy);
  for (const user of ["b", "b", "b", "c", "c", "c", "d"]) openStream(user);
  assert.throws(() => openStream("e"), isBusy);
  for (const close of [...ofOne, ...ofOne]) close();
  for (const user of ["e", "e", "e"]) openStream(user);
  assert.throws(() => openStream("f"), isBusy);
});

test("one address has no more than half of the streams, however many users it says it is", () => {
  const { openStream } = createServerBounds({ serverStreams: 10 });
  const ofOne = ["a", "b", "c", "d", "e"].map((user) => openStream(user, "one"));
  assert.throws(() => openStream("f", "one"), isBusy);
  openStream("one", "other");
  assert.throws(() => openStream("f", "one"), isBusy, "a refused stream counts nowhere");
  for (const close of [...ofOne, ...ofOne]) close();
  for (const user of ["a", "b", "c", "d", "e"]) openStream(user, "one");
  assert.throws(() => openStream("f", "one"), isBusy);
});

test("one or two addresses that begin all the runs, or open all the streams, they can leave others theirs", async () => {
  const { beginRun, openStream } = createServerBounds({ serverRuns: 500, serverStreams: 500 });
  const over = Promise.withResolvers<void>();
  let live = 0;
  const begin = (address: string) => {
    beginRun(live, address)(over.promise);
    live += 1;
  };
  const all = (act: () => unknown): number => {
    for (let count = 0; ; count += 1)
      try {
        act();
      } catch (error) {
        assert.ok(isBusy(error));
        return count;
      }
  };
  let users = 0;
  for (const fill of [(name: string) => begin(name), (name: string) => openStream(`${(users += 1)}`, name)]) {
    assert.deepEqual(
      ["one", "other"].map((address) => all(() => fill(address))),
      [250, 125],
    );
    for (let at = 0; at < 80; at += 1) fill(`visitor ${at}`);
  }
  over.resolve();
  live = 0;
  await over.promise;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(
    all(() => begin("one")),
    250,
  );
});

test("without limits nothing is refused", () => {
  const { beginRun, openStream } = createServerBounds({});
  for (let count = 0; count < 5000; count += 1) {
    beginRun(count);
    openStream("a");
  }
});

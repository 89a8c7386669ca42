import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { streamAgent } from "#lib/agents/stream-agent.ts";
import { finished, gate, says, scriptedModel } from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";

const recipe = z.object({ name: z.string(), steps: z.array(z.string()) });
const cook = defineAgent({ name: "cook", instructions: "Cook.", output: recipe });

const pieces = ['{"name":"So', 'up","steps":["Boil', '."', ', "Eat', '."]', "}"];

test("D4 the object fills in as it is written, and shares with the one before what did not change", async () => {
  await using run = streamAgent({
    agent: cook,
    model: scriptedModel([...says(...pieces), finished]),
    input: "Soup?",
  });
  const partials = await Array.fromAsync(run.partials());
  assert.deepEqual(partials.at(-1), await run.object);
  let before: unknown = {};
  for (const now of partials) {
    assert.notEqual(now, before);
    assert.ok(JSON.stringify(now).startsWith(JSON.stringify(before).replace(/["\]}]*$/, "")));
    before = now;
  }
  // What is written first is there first.
  assert.deepEqual(Object.keys(partials[0] ?? {}), ["name"]);
});

test("D16 an attempt that takes the place of another begins anew", async () => {
  const model = scriptedModel(
    [...says('{"name":"Soup","steps":"none"}'), finished],
    [...says('{"name":"Stew",', '"steps":[]}'), finished],
  );
  await using run = streamAgent({ agent: cook, model, input: "Soup?" });
  const partials = await Array.fromAsync(run.partials());
  assert.deepEqual(partials.at(-1), { name: "Stew", steps: [] });
  assert.ok(partials.some((partial) => JSON.stringify(partial).includes("none")));
  const stew = partials.findIndex((partial) => JSON.stringify(partial).includes("Stew"));
  assert.ok(partials.slice(stew).every((partial) => !JSON.stringify(partial).includes("Soup")));
});

test("D5 with a debounce no more than the newest of each window comes, and the last one is whole", async () => {
  await using run = streamAgent({
    agent: cook,
    model: scriptedModel([...says(...pieces), finished]),
    input: "Soup?",
  });
  const partials = await Array.fromAsync(run.partials({ debounceMs: 10_000 }));
  assert.deepEqual(partials, [{ name: "Soup", steps: ["Boil.", "Eat."] }]);
});

test("D5 the end of the object ends a window at once: its value is not 10 ms late", async () => {
  const hold = gate();
  const model = scriptedModel([
    ...says(...pieces.slice(0, 2)),
    hold.promise,
    ...says(...pieces.slice(2)),
    finished,
  ]);
  await using run = streamAgent({ agent: cook, model, input: "Soup?" });
  const partials = run.partials({ debounceMs: 600_000 })[Symbol.asyncIterator]();
  const last = partials.next();
  hold.open();
  await run.result;
  const endedAt = performance.now();
  assert.deepEqual(await last, { value: { name: "Soup", steps: ["Boil.", "Eat."] }, done: false });
  // Ten times as long: the machine has other things to do.
  assert.ok(performance.now() - endedAt < 100);
  assert.equal((await partials.next()).done, true);
});

test("D5 a stop inside a window ends it at once, keeps what there is, and asks nobody any more", async () => {
  const model = scriptedModel([...says('{"name":"So'), new Promise(() => undefined)]);
  await using run = streamAgent({ agent: cook, model, input: "Soup?" });
  const partials = run.partials({ debounceMs: 600_000 })[Symbol.asyncIterator]();
  const next = partials.next();
  await waitUntil("something is written", () => run.state.parts.length > 0);
  const stoppedAt = performance.now();
  run.stop();
  assert.deepEqual(await next, { value: { name: "So" }, done: false });
  assert.equal((await partials.next()).done, true);
  const { state } = await run.result;
  assert.ok(performance.now() - stoppedAt < 500);
  assert.equal(state.ending?.type, "abort");
  assert.deepEqual(
    model.requests.map(({ closed }) => closed),
    [true],
  );
  const [part] = state.parts;
  assert.equal(part?.type === "object" && part.json, '{"name":"So');
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { systemClock } from "#lib/runs/clock.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import { createRunTaps } from "#lib/runs/run-taps.ts";
import { startRun } from "#lib/runs/start-run.ts";
import type { Tap, TapObserver, TappedRun } from "#lib/taps/tap.ts";
import { log, text } from "../../support/event-builders.ts";
import { question, readLog, runContext } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { leaseMs, openSite, over } from "./crash-bench.ts";

type Lines = Readonly<Record<string, unknown>>[];

const tapOf = (open: Tap["open"], name = "test"): Tap => ({ name, open });
const observing = (take: TapObserver["take"], end?: TapObserver["end"]): Tap =>
  tapOf(() => ({ take, ...(end && { end }) }));

const run: TappedRun = { runId: "r", conversationId: "c", userId: "u", agent: "a", afterSeq: 0 };

/** The taps of a process, what it logs, and a clock that stands still. */
function process(...taps: Tap[]) {
  const lines: Lines = [];
  const late = gate();
  let now = 0;
  const clock = { ...systemClock, now: () => now, sleep: () => late.promise };
  const runTaps = createRunTaps(taps, { clock, log: (entry) => void lines.push(entry) });
  return { lines, runTaps, pass: (ms: number) => void (now += ms), isLate: late.open };
}

const seqsOf = (events: readonly RunEvent[]): number[] => events.map(({ seq }) => seq);
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a tap is given what is in the store, each event once and in order, whatever the store takes at a time", async () => {
  const model = scriptedModel([...says("It ", "is ", "five."), finished]);
  const seen: RunEvent[] = [];
  const early: number[] = [];
  let ends = 0;
  const lines: Lines = [];
  const watching = observing(
    async (events) => {
      seen.push(...events);
      const head = (await context.storage.runs.run(events[0]?.runId ?? ""))?.head ?? 0;
      early.push(...seqsOf(events).filter((seq) => seq > head));
    },
    () => void (ends += 1),
  );
  const taps = createRunTaps([watching], { clock: systemClock, log: (entry) => void lines.push(entry) });
  const context = runContext(model, { taps });
  const asked = question("2+3?");
  await (await startRun(context, asked)).done;
  await waitUntil("the tap is done", () => ends === 1);
  assert.deepEqual(seen, await readLog(context.storage, asked.runId));
  assert.deepEqual([early, lines], [[], []]);
});

/** The one that docs/write-a-tap.md shows. */
const keywordCount: Tap = {
  name: "keyword-count",
  open({ runId }, log) {
    let text = "";
    let count = 0;

    function countUntil(end: number) {
      count += text.slice(0, end).match(/\brefund\b/gi)?.length ?? 0;
      text = text.slice(end);
    }

    return {
      take(events) {
        for (const event of events) if (event.type === "text-delta") text += event.delta;
        // The last word may go on.
        countUntil(text.search(/\w*$/));
      },
      end() {
        countUntil(text.length);
        log({ level: "info", message: "keywords", runId, refund: count });
      },
    };
  },
};

test("a tap of a few lines counts a word while it is written, wherever the deltas are cut", async () => {
  const lines: Lines = [];
  const taps = createRunTaps([keywordCount], { clock: systemClock, log: (entry) => void lines.push(entry) });
  const deltas = ["A ref", "und", "? No refunds. ", "Refund", " all, ", "refund"];
  const context = runContext(scriptedModel([...says(...deltas), finished]), { taps });
  const asked = question("2+3?");
  await (await startRun(context, asked)).done;
  await waitUntil("it was counted", () => lines.length === 1);
  assert.deepEqual(lines, [{ level: "info", message: "keywords", runId: asked.runId, refund: 3 }]);
});

test("what a tap does to the events is its own affair", async () => {
  const vandal = observing((events) => {
    for (const event of events) for (const key of Object.keys(event)) Reflect.deleteProperty(event, key);
  });
  const seen: number[] = [];
  const taps = createRunTaps([vandal, observing((events) => void seen.push(...seqsOf(events)))], {
    clock: systemClock,
    log: () => undefined,
  });
  const context = runContext(scriptedModel([...says("five"), finished]), { taps });
  const asked = question("2+3?");
  await (await startRun(context, asked)).done;
  const events = await readLog(context.storage, asked.runId);
  await waitUntil("the other tap has seen all", () => seen.length === events.length);
  assert.deepEqual([events.at(-1)?.type, seen], ["finish", seqsOf(events)]);
});

const faults: [title: string, open: Tap["open"], logged: string[]][] = [
  [
    "throws when it is opened",
    () => {
      throw new Error("no");
    },
    ["a tap failed"],
  ],
  [
    "throws",
    () => ({
      take() {
        throw new Error("no");
      },
    }),
    ["a tap failed"],
  ],
  ["rejects", () => ({ take: () => Promise.reject(new Error("no")) }), ["a tap failed"]],
  [
    "throws at the end",
    () => ({
      take: () => undefined,
      end() {
        throw new Error("no");
      },
    }),
    ["a tap failed"],
  ],
  ["watches nothing", () => undefined, []],
  ["never comes back", () => ({ take: () => new Promise(() => undefined) }), []],
];
for (const [title, open, logged] of faults)
  test(`a tap that ${title} costs the run nothing, and the next tap neither`, async () => {
    const lines: Lines = [];
    const seen: number[] = [];
    const other = observing((events) => void seen.push(...seqsOf(events)));
    const taps = createRunTaps([tapOf(open), other], {
      clock: systemClock,
      log: (entry) => void lines.push(entry),
    });
    const context = runContext(scriptedModel([...says("It ", "is ", "five."), finished]), { taps });
    const asked = question("2+3?");
    await (await startRun(context, asked)).done;
    const events = await readLog(context.storage, asked.runId);
    await waitUntil("the other tap has seen all", () => seen.length === events.length);
    await waitUntil("it was logged", () => lines.length === logged.length);
    assert.equal(events.at(-1)?.type, "finish");
    assert.deepEqual(
      lines.map(({ message }) => message),
      logged,
    );
    assert.ok(lines.every(({ runId, tap }) => runId === asked.runId && tap === "test"));
  });

test("a tap that does not keep up is given the newest events, and how many were left out", async () => {
  const hold = gate();
  const given: { seqs: number[]; dropped: number }[] = [];
  const slow = observing(async (events, dropped) => {
    given.push({ seqs: seqsOf(events), dropped });
    await hold.promise;
  });
  const { runTaps, lines } = process(slow);
  const feed = runTaps.open(run);
  const events = log(...Array.from({ length: 400 }, (_, at) => text(`${at} `.padEnd(2000, "x"))));
  feed.push(events.slice(0, 10));
  await turn();
  for (const event of events.slice(10)) feed.push([event]);
  feed.end();
  hold.open();
  await waitUntil("the rest was given", () => given.length === 2);
  const [first, second] = given;
  assert.deepEqual([first?.seqs.length, first?.dropped], [10, 0]);
  assert.equal(10 + (second?.dropped ?? 0) + (second?.seqs.length ?? 0), events.length);
  assert.ok((second?.dropped ?? 0) > 200, "what waits is bounded");
  assert.equal(second?.seqs.at(-1), events.at(-1)?.seq);
  await waitUntil("it is said", () => lines.length === 1);
  assert.deepEqual([lines[0]?.message, lines[0]?.dropped], ["a tap did not keep up", second?.dropped]);
});

test("an event that is larger than all that may wait is given all the same", async () => {
  const given: number[][] = [];
  const { runTaps } = process(observing((events) => void given.push(seqsOf(events))));
  const feed = runTaps.open(run);
  feed.push(log(text("x".repeat(1_000_000))).slice(0, 4));
  await waitUntil("it was given", () => given.length === 1);
  assert.equal(given[0]?.at(-1), 4);
});

test("a tap that keeps the thread too long, five times, is left out in every run", async () => {
  let calls = 0;
  const here = process(
    observing(() => {
      calls += 1;
      here.pass(150);
    }),
  );
  const [one, other] = [here.runTaps.open(run), here.runTaps.open(run)];
  const events = log(text("a"), text("b"));
  for (let round = 0; round < 8; round += 1) {
    (round % 2 === 0 ? one : other).push(events);
    await turn();
    await turn();
  }
  assert.equal(calls, 5);
  here.runTaps.open(run).push(events);
  await turn();
  assert.equal(calls, 5);
  assert.deepEqual(
    here.lines.map(({ message }) => message),
    [...Array.from({ length: 4 }, () => "a tap was slow"), "a tap is left out from now on"],
  );
});

test("a tap that is still busy long after its run is dropped", async () => {
  let calls = 0;
  const here = process(
    observing(() => {
      calls += 1;
      return new Promise(() => undefined);
    }),
  );
  const feed = here.runTaps.open(run);
  feed.push(log(text("a")));
  await turn();
  feed.end();
  feed.push(log(text("b")));
  here.isLate();
  await waitUntil("it is said", () => here.lines.length === 1);
  assert.deepEqual([calls, here.lines[0]?.message], [1, "a tap has not finished with a run"]);
});

test("a run that is taken over is watched from there on, by the process that took it", async () => {
  const site = openSite();
  const hang = gate();
  const opened: number[][] = [];
  const taps = (seen: number[]) =>
    createRunTaps(
      [
        tapOf(({ afterSeq }) => {
          opened.push([afterSeq]);
          return { take: (events) => void seen.push(...seqsOf(events)) };
        }),
      ],
      { clock: systemClock, log: () => undefined },
    );
  const [before, behind]: number[][] = [[], []];
  assert.ok(before && behind);
  const one = site.start(scriptedModel([...says("It "), hang.promise]), { taps: taps(before) });
  const two = site.start(scriptedModel([...says("It is five."), finished]), { taps: taps(behind) });
  const asked = question("2+3?");
  await startRun(one.context, asked);
  await waitUntil("it is written", async () => (await readLog(site.storage, asked.runId)).length >= 5);
  one.connection.kill();
  site.advance(leaseMs + 1);
  const cut = (await readLog(site.storage, asked.runId)).length;
  await continueRun(two.context, (await site.storage.runs.run(asked.runId)) ?? assert.fail());
  await over(site, asked.runId);
  const whole = seqsOf(await readLog(site.storage, asked.runId));
  await waitUntil("the second has seen its part", () => behind.length === whole.length - cut);
  assert.deepEqual([opened, before, behind], [[[0], [cut]], whole.slice(0, cut), whole.slice(cut)]);
});

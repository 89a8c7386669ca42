import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type FollowEnd, followLog } from "#lib/client/follow-log.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { encodeComment, encodeFrame } from "#lib/wire/frames.ts";
import { clientEnvironment } from "../../support/client-environment.ts";
import { finish, log, reasoning, result, text, toolCall } from "../../support/event-builders.ts";
import { waitUntil } from "../../support/wait-until.ts";

const answer = log(
  reasoning("hm, 😀"),
  text("It is "),
  text("five — 五。"),
  toolCall("add", { a: 2 }),
  result(5),
  text("Done."),
  finish(),
);
const runId = answer[0]?.runId ?? "";
const whole = answer.reduce(fold, emptyRun(runId));

const frame = (event: RunEvent): string =>
  encodeFrame(`${event.runId}:${event.epoch}:${event.seq}`, JSON.stringify(event));
const bytes = (chunk: string): Uint8Array => new TextEncoder().encode(chunk);

function stream(chunks: readonly Uint8Array[], fails = false): Response {
  const rest = [...chunks];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = rest.shift();
      if (next) controller.enqueue(next);
      else if (fails) controller.error(new TypeError("terminated"));
      else controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

interface Read {
  followed: FollowEnd;
  cursors: number[];
  pauses: readonly number[];
  states: RunState[];
  /** Of each wait, whether the server had answered. */
  refusals: boolean[];
}

/**
 * Follows the log over `connections`: each is what one connection delivers after the cursor; the last is
 * whole.
 */
async function read(
  connect: (state: RunState, attempt: number) => Response,
  from = emptyRun(runId),
): Promise<Read> {
  const environment = clientEnvironment(() => Promise.reject(new Error("unused")));
  const cursors: number[] = [];
  const states: RunState[] = [];
  const refusals: boolean[] = [];
  const followed = await followLog({
    environment,
    state: from,
    signal: new AbortController().signal,
    resume: async (state) => {
      cursors.push(state.seq);
      return connect(state, cursors.length - 1);
    },
    onState: (state) => void states.push(state),
    onConnection(connection) {
      if (connection.type === "waiting") refusals.push(connection.isRefused === true);
    },
    onDurability: () => undefined,
  });
  return { followed, cursors, pauses: environment.pauses, states, refusals };
}

const rest = (state: RunState): RunEvent[] => answer.slice(state.seq);

for (const fails of [false, true]) {
  test(`cut at every byte by ${fails ? "a broken" : "an ended"} connection: the same view, each event once`, async () => {
    const all = bytes(answer.map(frame).join(""));
    for (let cut = 0; cut < all.length; cut += 1) {
      const { followed } = await read((state, attempt) =>
        attempt === 0 ? stream([all.slice(0, cut)], fails) : stream([bytes(rest(state).map(frame).join(""))]),
      );
      assert.equal(followed.type, "run-ended", `cut at ${cut}`);
      assert.deepEqual(followed.run, whole, `cut at ${cut}`);
    }
  });
}

test("a reload at any event goes on to the view of a reader that never left", async () => {
  for (let seq = 0; seq < answer.length; seq += 1) {
    const snapshot: RunState = JSON.parse(JSON.stringify(answer.slice(0, seq).reduce(fold, emptyRun(runId))));
    const { followed } = await read((state) => stream([bytes(rest(state).map(frame).join(""))]), snapshot);
    assert.deepEqual(followed.run, whole);
  }
});

test("any mix of cuts, repeated frames, noise and reconnects folds to the same view", async () => {
  const connection = fc.record({
    back: fc.nat({ max: 4 }),
    events: fc.nat({ max: 6 }),
    cut: fc.nat({ max: 40 }),
    size: fc.integer({ min: 1, max: 60 }),
    fails: fc.boolean(),
    noise: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(connection, { maxLength: 8 }), async (connections) => {
      const { followed, states } = await read((state, attempt) => {
        const plan = connections[attempt];
        if (!plan) return stream([bytes(rest(state).map(frame).join(""))]);
        const from = Math.max(0, state.seq - plan.back);
        const frames = answer.slice(from, state.seq + plan.events).map(frame);
        const noisy = plan.noise
          ? frames.map((each) => `${encodeComment("hb 3")}retry: 700\n\n${each}`)
          : frames;
        const sent = bytes(noisy.join(""));
        const kept = sent.slice(0, Math.max(0, sent.length - plan.cut));
        const chunks = Array.from({ length: Math.ceil(kept.length / plan.size) }, (_, at) =>
          kept.slice(at * plan.size, (at + 1) * plan.size),
        );
        return stream(chunks, plan.fails);
      });
      assert.deepEqual(followed.run, whole);
      const seqs = states.map(({ seq }) => seq);
      assert.deepEqual(
        seqs,
        [...seqs].sort((a, b) => a - b),
      );
    }),
    { numRuns: 300 },
  );
});

test("a gap is asked for again from the last event, never guessed over", async () => {
  const { followed, cursors } = await read((state, attempt) =>
    stream([
      bytes((attempt === 0 ? answer.filter(({ seq }) => seq !== 4) : rest(state)).map(frame).join("")),
    ]),
  );
  assert.deepEqual(cursors, [0, 3]);
  assert.deepEqual(followed.run, whole);
});

test("a gap that the server's log has too sends the reader to the snapshot", async () => {
  const { followed, cursors } = await read((state) =>
    stream([
      bytes(
        rest(state)
          .filter(({ seq }) => seq !== 4)
          .map(frame)
          .join(""),
      ),
    ]),
  );
  assert.deepEqual(cursors, [0, 3]);
  assert.equal(followed.type, "snapshot-needed");
  assert.equal(followed.run.seq, 3);
});

test("410, or 204 without a terminal seen, is the snapshot; 401 and 404 say so; after a terminal nothing is asked", async () => {
  const problem = (status: number, code: string) => Response.json({ code }, { status });
  assert.equal((await read(() => problem(410, "log_gone"))).followed.type, "snapshot-needed");
  assert.equal((await read(() => new Response(null, { status: 204 }))).followed.type, "snapshot-needed");
  assert.equal((await read(() => new Response(null, { status: 204 }), whole)).followed.type, "run-ended");
  for (const status of [401, 404]) {
    const { followed, cursors } = await read(() => problem(status, "x"));
    assert.equal(followed.type === "refused" && followed.problem.status, status);
    assert.equal(cursors.length, 1);
  }
  assert.equal((await read((state) => stream([bytes(rest(state).map(frame).join(""))]))).cursors.length, 1);
});

test("429 and 5xx wait as Retry-After says, other cuts from 0.25 s up to 8 s", async () => {
  const busy = () => Response.json({ code: "x" }, { status: 503, headers: { "retry-after": "3" } });
  const ok = (state: RunState) => stream([bytes(rest(state).map(frame).join(""))]);
  assert.deepEqual((await read((state, attempt) => (attempt < 2 ? busy() : ok(state)))).pauses, [3000, 3000]);
  const { pauses } = await read((state, attempt) => (attempt < 8 ? stream([]) : ok(state)));
  assert.deepEqual(pauses, [125, 250, 500, 1000, 2000, 4000, 4000, 4000]);
});

test("a connection is lost where no answer came, and not where the server gives no stream now", async () => {
  const ok = (state: RunState) => stream([bytes(rest(state).map(frame).join(""))]);
  const answers = [429, 503, 500].map((status) => Response.json({ code: "x" }, { status }));
  const { refusals } = await read(
    (state, attempt) => answers[attempt] ?? (attempt < 5 ? stream([]) : ok(state)),
  );
  assert.deepEqual(refusals, [true, true, true, false, false]);
});

test("types and fields that this build does not know change nothing but the cursor", async () => {
  const newer = answer.map((event, at) =>
    at === 3 ? { ...event, type: "from-the-future", more: 1 } : { ...event, extra: { deep: [1] } },
  );
  const { followed } = await read(() =>
    stream([
      bytes(newer.map((event) => encodeFrame(`${runId}:1:${event.seq}`, JSON.stringify(event))).join("")),
    ]),
  );
  assert.equal(followed.type, "run-ended");
  assert.equal(followed.run.seq, whole.seq);
});

test("a run whose start finds no room for its stream is started, and followed once there is some", async () => {
  const released: string[] = [];
  let looks = 0;
  let isFree = false;
  const environment = {
    ...clientEnvironment(() => Promise.reject(new Error("unused"))),
    slots: {
      async take() {
        looks += 1;
        return isFree ? () => void released.push("released") : undefined;
      },
    },
  };
  const connections: string[] = [];
  const starts: boolean[] = [];
  const followed = followLog({
    environment,
    state: emptyRun(runId),
    signal: new AbortController().signal,
    async start(_signal, asStream) {
      starts.push(asStream);
      return Response.json({ runId }, { status: 202 });
    },
    resume: async () => stream([bytes(answer.map(frame).join(""))]),
    onState: () => undefined,
    onConnection: ({ type }) => void connections.push(type),
    onDurability: () => undefined,
  });
  await waitUntil("it looks for room", () => looks > 3);
  assert.deepEqual([starts, connections], [[false], ["connecting", "crowded"]]);
  isFree = true;
  assert.deepEqual((await followed).run, whole);
  assert.deepEqual([starts.length, released], [1, ["released"]]);
});

for (const [status, isSent] of [
  [504, true],
  [502, true],
  [0, true],
  [413, false],
] as const)
  test(`a start that ends with ${status || "no answer"} ${isSent ? "was sent if the server has the run" : "is refused"}`, async () => {
    const acknowledged: string[] = [];
    const environment = clientEnvironment(() => Promise.reject(new Error("unused")));
    const followed = await followLog({
      environment,
      state: emptyRun(runId),
      signal: new AbortController().signal,
      async start() {
        if (status === 0) throw new TypeError("network");
        return new Response("<html>", { status });
      },
      isKnown: async () => true,
      resume: async () => stream([bytes(answer.map(frame).join(""))]),
      onAcknowledged: () => void acknowledged.push(runId),
      onState: () => undefined,
      onConnection: () => undefined,
      onDurability: () => undefined,
    });
    assert.deepEqual([followed.type, acknowledged.length], isSent ? ["run-ended", 1] : ["refused", 0]);
  });

import { randomUUID } from "node:crypto";
import type { Contender } from "../contenders.ts";
import { type Ask, openStream } from "../open-stream.ts";
import { type Depth, median, type Part } from "../part.ts";
import { countDeltas } from "../read-deltas.ts";

/** How fast the answer grows, before the reloads and during them. */
const everyMs = 5;
const sizeOf = ({ quick }: Depth): number => (quick ? 2000 : 10_000);
const going = new Map<Contender, string>();

/** An answer that already is so many deltas long, and goes on. */
async function grow(contender: Contender, depth: Depth): Promise<void> {
  const id = randomUUID();
  going.set(contender, id);
  let count = 0;
  await new Promise<void>((resolve, reject) => {
    const stream = openStream(contender.ask({ deltas: 1_000_000, everyMs }, id), (chunk) => {
      count += countDeltas(chunk);
      if (count >= sizeOf(depth)) resolve();
    });
    stream.ended.catch(reject);
  });
}

/** Reads until so many deltas are there. */
function readUntil(ask: Ask, deltas: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let count = 0;
    const stream = openStream(ask, (chunk) => {
      count += countDeltas(chunk);
      if (count < deltas) return;
      resolve();
      stream.close();
    });
    void stream.ended.then((status) => reject(new Error(`${ask.url}: ${status}, ${count} deltas`)), reject);
  });
}

async function readBody(ask: Ask): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const status = await openStream(ask, (chunk) => void chunks.push(chunk)).ended;
  if (status !== 200) throw new Error(`${ask.url}: ${status}`);
  return Buffer.concat(chunks);
}

/** Resolves once the line is open: what comes next is live. */
function open(ask: Ask): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = openStream(ask, () => {
      resolve();
      stream.close();
    });
    void stream.ended.then((status) => reject(new Error(`${ask.url}: ${status}`)), reject);
  });
}

/** Milliseconds until all that was written is there, and a line for what comes next. */
async function caughtUp(contender: Contender, depth: Depth): Promise<number> {
  const { first, rest } = contender.reload?.(going.get(contender) ?? "") ?? {};
  if (!first) throw new Error(`${contender.name} cannot be reloaded`);
  const since = performance.now();
  if (!rest) await readUntil(first, sizeOf(depth));
  else {
    const body = await readBody(first);
    if (countDeltas(body) < sizeOf(depth)) throw new Error("the snapshot lacks deltas");
    await open(rest(body.toString()));
  }
  return performance.now() - since;
}

async function replayed(contender: Contender, depth: Depth): Promise<number> {
  const ask = contender.replay?.(going.get(contender) ?? "");
  if (!ask) throw new Error(`${contender.name} cannot be replayed`);
  const since = performance.now();
  await readUntil(ask, sizeOf(depth));
  return performance.now() - since;
}

/** One takes some ms, and what else the machine does at that moment would be the figure. */
async function medianOf(once: typeof caughtUp, contender: Contender, depth: Depth): Promise<number> {
  const taken: number[] = [];
  for (let at = 0; at < (depth.quick ? 3 : 15); at += 1) taken.push(await once(contender, depth));
  return median(taken);
}

const shared = { unit: "ms", contenders: ["sqlite", "redis", "d"] } as const;

export const reload: Part = {
  ...shared,
  name: "reload",
  title: "Reload into 10,000 deltas of an answer that goes on: until all of it is there and the line open",
  async prepare(contender, depth) {
    await grow(contender, depth);
    // The first request to a route loads it.
    await caughtUp(contender, depth);
  },
  measure: (contender, depth) => medianOf(caughtUp, contender, depth),
  goals: [
    { first: "sqlite", second: "d", max: 1 },
    { first: "redis", second: "d", max: 1 },
  ],
};

export const replay: Part = {
  ...shared,
  name: "replay",
  title: "The same by the whole log, from its first event",
  async prepare(contender, depth) {
    await grow(contender, depth);
    await replayed(contender, depth);
  },
  measure: (contender, depth) => medianOf(replayed, contender, depth),
  goals: [],
};

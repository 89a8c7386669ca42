import { setTimeout as sleep } from "node:timers/promises";
import type { Contender } from "../contenders.ts";
import { type OpenStream, openStream } from "../open-stream.ts";
import type { Part } from "../part.ts";
import { residentKb } from "../process-cost.ts";
import { countDeltas, readAll } from "../read-deltas.ts";

const streams = 300;
const warmUps = 30;
const settleMs = 2000;

/** Resolves once the answer's one delta is there; the stream stays open. */
function openIdle(contender: Contender): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const stream = openStream(contender.ask({ deltas: 1, everyMs: 1, hang: true }), (chunk) => {
      if (countDeltas(chunk) > 0) resolve(stream);
    });
    stream.ended.catch(reject);
  });
}

export const idleMemory: Part = {
  name: "idle-memory",
  title: "Memory of the server per idle stream, 300 of them after 30 warm-ups",
  unit: "kB",
  contenders: ["sqlite", "redis", "a", "b", "c", "d"],
  fresh: true,
  async measure(contender) {
    for (let answer = 0; answer < warmUps; answer += 1)
      await readAll(contender.ask({ deltas: 1, everyMs: 1 }), 1);
    await sleep(settleMs);
    const before = residentKb(contender.pid);
    const open: OpenStream[] = [];
    for (let stream = 0; stream < streams; stream += 1) open.push(await openIdle(contender));
    await sleep(settleMs);
    const growth = residentKb(contender.pid) - before;
    for (const stream of open) stream.close();
    return growth / streams;
  },
  goals: [{ first: "sqlite", second: "b", max: 1.2 }],
};

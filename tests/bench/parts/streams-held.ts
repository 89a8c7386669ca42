import { setTimeout as sleep } from "node:timers/promises";
import type { Contender } from "../contenders.ts";
import { type OpenStream, openStream } from "../open-stream.ts";
import { type Part, percentile } from "../part.ts";
import { createStampReader } from "../read-deltas.ts";

const levels = [50, 100, 200, 400, 600, 800];
const everyMs = 20;
const limitMs = 100;
const rampMs = 2000;
const settleMs = 1000;
const maxWaitMs = 30_000;

/** Whether 95 % of the deltas are at most 100 ms late, and at least 90 % of them come at all. */
async function holds(contender: Contender, streams: number, seconds: number): Promise<boolean> {
  // They end by themselves: a reader that leaves ends neither our runs nor d's.
  const script = { deltas: ((rampMs + settleMs) / 1000 + seconds) * (1000 / everyMs), everyMs };
  let isMeasured = false;
  const late: number[] = [];
  const onDelta = (by: number) => {
    if (isMeasured) late.push(by / 1000);
  };
  const open: OpenStream[] = [];
  for (let stream = 0; stream < streams; stream += 1) {
    open.push(openStream(contender.ask(script), createStampReader(onDelta)));
    await sleep(rampMs / streams);
  }
  // What breaks under the load is missing from the deltas.
  const over = Promise.allSettled(open.map(({ ended }) => ended));
  await sleep(settleMs);
  isMeasured = true;
  const since = performance.now();
  await sleep(seconds * 1000);
  isMeasured = false;
  const expected = (streams * (performance.now() - since)) / everyMs;
  await Promise.race([over, sleep(maxWaitMs)]);
  for (const stream of open) stream.close();
  return percentile(late, 0.95) <= limitMs && late.length >= expected * 0.9;
}

export const streamsHeld: Part = {
  name: "streams-held",
  title: "Streams at 50 deltas/s with 95 % of the deltas at most 100 ms late (levels 50 to 800)",
  unit: "streams",
  contenders: ["sqlite", "redis", "a", "b", "c", "d"],
  fresh: true,
  async measure(contender, { quick }) {
    let held = 0;
    // A process that has only just begun is not what is asked about.
    await holds(contender, 50, 2);
    for (const level of levels) {
      if (!(await holds(contender, level, quick ? 2 : 5))) break;
      held = level;
    }
    return held;
  },
  goals: [{ first: "sqlite", second: "b", min: 1 }],
};

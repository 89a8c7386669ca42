import { setTimeout as sleep } from "node:timers/promises";
import type { Contender } from "../contenders.ts";
import { countEvent } from "../count-event.ts";
import type { Part } from "../part.ts";
import { cpuMs } from "../process-cost.ts";
import { readAll } from "../read-deltas.ts";

const streams = 50;
/** 50 deltas a second, as a fast real model does. */
const everyMs = 20;

async function askPaced(contender: Contender, deltas: number): Promise<void> {
  const answers = Array.from({ length: streams }, async (_, at) => {
    // They start apart, as people do.
    await sleep((at * 1000) / streams);
    await readAll(contender.ask({ deltas, everyMs }), deltas);
  });
  await Promise.all(answers);
}

async function cpuPaced(contender: Contender, deltas: number): Promise<number> {
  const before = cpuMs(contender.pids);
  await askPaced(contender, deltas);
  return ((cpuMs(contender.pids) - before) / (streams * deltas)) * 1000;
}

export const paced: Part = {
  name: "paced",
  title: "CPU per 1,000 text deltas, 50 streams at 50 deltas/s each",
  unit: "ms",
  contenders: ["sqlite", "redis", "a", "b", "c", "d"],
  prepare: async (contender) => void (await cpuPaced(contender, 100)),
  measure: (contender, { quick }) => cpuPaced(contender, quick ? 100 : 300),
  goals: [
    { first: "sqlite", second: "b", max: 1 },
    { first: "redis", second: "sqlite", max: 1.25 },
  ],
};

/** The same as instructions, which do not depend on what else the machine does. */
export const pacedInstructions: Part = {
  ...paced,
  name: "paced-instructions",
  title: "Instructions per text delta, 50 streams at 50 deltas/s each",
  unit: "thousand",
  measure: async (contender) =>
    (await countEvent("instructions:u", contender.pids, () => askPaced(contender, 300))) /
    (streams * 300 * 1000),
};

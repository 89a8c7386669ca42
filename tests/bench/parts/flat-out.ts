import type { Contender } from "../contenders.ts";
import { countEvent } from "../count-event.ts";
import type { Part } from "../part.ts";
import { cpuMs } from "../process-cost.ts";
import { readAll } from "../read-deltas.ts";

const deltas = 20_000;

async function readInTurn(contender: Contender, size: number, answers: number): Promise<void> {
  for (let answer = 0; answer < answers; answer += 1)
    await readAll(contender.ask({ deltas: size, everyMs: 0 }), size);
}

/** Processor time for each thousand deltas of answers that come one after the other, ms. */
export async function cpuOf(contender: Contender, size: number, answers: number): Promise<number> {
  const before = cpuMs(contender.pids);
  await readInTurn(contender, size, answers);
  return ((cpuMs(contender.pids) - before) / (answers * size)) * 1000;
}

export const flatOut: Part = {
  name: "flat-out",
  title: "CPU per 1,000 text deltas, 20,000 as fast as they go",
  unit: "ms",
  contenders: ["sqlite", "redis", "a", "b", "c", "d"],
  prepare: async (contender) => void (await cpuOf(contender, deltas, 10)),
  measure: (contender, { quick }) => cpuOf(contender, deltas, quick ? 2 : 20),
  goals: [
    { first: "sqlite", second: "b", max: 0.5 },
    { first: "sqlite", second: "c", max: 0.15 },
    { first: "redis", second: "sqlite", max: 1.25 },
  ],
};

/** The same as instructions, which do not depend on what else the machine does. */
export const flatOutInstructions: Part = {
  ...flatOut,
  name: "flat-out-instructions",
  title: "Instructions per text delta, 20,000 as fast as they go",
  unit: "thousand",
  measure: async (contender) =>
    (await countEvent("instructions:u", contender.pids, () => readInTurn(contender, deltas, 2))) /
    (2 * deltas * 1000),
};

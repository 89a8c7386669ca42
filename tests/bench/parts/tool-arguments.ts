import type { Contender } from "../contenders.ts";
import type { Part } from "../part.ts";
import { cpuMs } from "../process-cost.ts";
import { readAll } from "../read-deltas.ts";

const few = 2000;
const many = 20_000;

/** Processor time for each thousand deltas of the arguments of a call, ms. */
async function cpuOfArguments(contender: Contender, deltas: number, answers: number): Promise<number> {
  const before = cpuMs(contender.pids);
  for (let answer = 0; answer < answers; answer += 1) {
    // Everybody sends the arguments once more when they are complete.
    await readAll(contender.ask({ deltas, everyMs: 0, asArguments: true }), 2 * deltas);
  }
  return ((cpuMs(contender.pids) - before) / (answers * deltas)) * 1000;
}

export const toolArguments: Part = {
  name: "tool-arguments",
  title: "CPU per 1,000 deltas of the arguments of a call, 20,000 as fast as they go",
  unit: "ms",
  contenders: ["sqlite", "redis", "c"],
  prepare: async (contender) => void (await cpuOfArguments(contender, few, 10)),
  // c takes seconds for one.
  measure: (contender, { quick }) =>
    cpuOfArguments(contender, many, quick ? 1 : contender.name === "c" ? 2 : 20),
  goals: [
    { first: "sqlite", second: "c", max: 1 / 30 },
    { first: "redis", second: "c", max: 1 / 30 },
  ],
};

export const toolArgumentsGrowth: Part = {
  name: "tool-arguments-growth",
  title: "The same over that of 2,000, for each delta",
  unit: "x",
  contenders: ["sqlite", "redis", "c"],
  prepare: async (contender) => void (await cpuOfArguments(contender, few, 10)),
  async measure(contender, { quick }) {
    const isSlow = contender.name === "c";
    const short = await cpuOfArguments(contender, few, quick ? 10 : isSlow ? 10 : 100);
    const long = await cpuOfArguments(contender, many, quick || isSlow ? 1 : 10);
    return long / short;
  },
  goals: [
    { first: "sqlite", max: 1.2 },
    { first: "redis", max: 1.2 },
  ],
};

import type { Part } from "../part.ts";
import { cpuOf } from "./flat-out.ts";

const few = 2000;
const many = 20_000;

export const growth: Part = {
  name: "growth",
  title: "CPU of 20,000 deltas over CPU of 2,000",
  unit: "x",
  contenders: ["sqlite", "redis", "b", "c"],
  prepare: async (contender) => void (await cpuOf(contender, many, 10)),
  async measure(contender, { quick }) {
    const [shortOnes, longOnes] = quick ? [20, 2] : [100, 10];
    const short = await cpuOf(contender, few, shortOnes);
    const long = await cpuOf(contender, many, longOnes);
    return (long * many) / (short * few);
  },
  goals: [
    { first: "sqlite", max: 12 },
    { first: "redis", max: 12 },
  ],
};

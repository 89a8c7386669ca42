import { directly } from "../contenders.ts";
import { type Ask, openStream } from "../open-stream.ts";
import { type Depth, median, type Part } from "../part.ts";
import { createStampReader } from "../read-deltas.ts";

/** The median of many answers of one delta each, written some ms after the headers. */
async function firstDelta(ask: () => Ask, { quick }: Depth): Promise<number> {
  const late: number[] = [];
  for (let answer = 0; answer < (quick ? 30 : 300); answer += 1)
    await openStream(
      ask(),
      createStampReader((by) => void late.push(by / 1000)),
    ).ended;
  return median(late);
}

const script = { deltas: 1, everyMs: 10 };

export const firstDeltaAdded: Part = {
  name: "first-delta",
  title: "First delta, provider's write to client, added to the direct way (p50)",
  unit: "ms",
  contenders: ["sqlite", "redis", "a", "b", "c", "d"],
  prepare: async (contender, depth) => void (await firstDelta(() => contender.ask(script), depth)),
  measure: (contender, depth) => firstDelta(() => contender.ask(script), depth),
  direct: (depth) => firstDelta(() => directly(`${depth.providerUrl}/chat/completions`, script), depth),
  goals: [{ first: "sqlite", second: "b", plus: 1, max: 1 }],
};

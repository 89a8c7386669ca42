import { randomUUID } from "node:crypto";
import type { Contender } from "../contenders.ts";
import { microseconds } from "../microseconds.ts";
import { openStream } from "../open-stream.ts";
import { type Depth, median, type Part } from "../part.ts";
import { countDeltas } from "../read-deltas.ts";

/** When the provider saw the connection of answer `id` closed, µs; waits until it does. */
async function closedAt({ providerUrl }: Depth, id: string): Promise<number> {
  const response = await fetch(`${providerUrl}/closed/${id}`);
  return Number(await response.text());
}

/** Milliseconds from the request to stop until the provider sees its connection closed. */
async function stopOne(contender: Contender, depth: Depth): Promise<number> {
  const id = randomUUID();
  const script = { deltas: 1, everyMs: 1, hang: true, id };
  let reader: ReturnType<typeof openStream> | undefined;
  await new Promise<void>((resolve, reject) => {
    reader = openStream(contender.ask(script, id), (chunk) => countDeltas(chunk) > 0 && resolve());
    reader.ended.catch(reject);
  });
  const since = microseconds();
  if (!contender.stopAnswer) reader?.close();
  else await openStream(contender.stopAnswer(id), () => undefined).ended;
  const taken = ((await closedAt(depth, id)) - since) / 1000;
  reader?.close();
  return taken;
}

export const stopToClosed: Part = {
  name: "stop",
  title: "Stop to the provider's connection closed (b: the reader leaves)",
  unit: "ms",
  contenders: ["sqlite", "redis", "b"],
  async measure(contender, depth) {
    const taken: number[] = [];
    for (let answer = 0; answer < 61; answer += 1) taken.push(await stopOne(contender, depth));
    return median(taken);
  },
  goals: [
    { first: "sqlite", max: 50 },
    { first: "redis", max: 50 },
  ],
};

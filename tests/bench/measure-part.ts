import { type Contender, type ContenderName, startContender } from "./contenders.ts";
import type { Depth, Part } from "./part.ts";
import { readAll, textOf } from "./read-deltas.ts";

export type Figures = Partial<Record<ContenderName, number[]>>;

/** Measures a part on all its contenders in turn, as often as the depth says; never two at the same time. */
export async function measurePart(part: Part, depth: Depth, log: (line: string) => void): Promise<Figures> {
  const figures: Figures = {};
  const standing = new Map<ContenderName, Contender>();
  try {
    for (const name of part.contenders) {
      const contender = await startContender(name, depth);
      standing.set(name, contender);
      await check(contender);
    }
    await Promise.all([...standing.values()].map(async (contender) => part.prepare?.(contender, depth)));
    for (let run = 0; run < depth.runs; run += 1) {
      const direct = (await part.direct?.(depth)) ?? 0;
      for (const name of part.contenders) {
        const contender = part.fresh ? await renew(standing, name, depth) : standing.get(name);
        if (!contender) continue;
        const figure = (await part.measure(contender, depth)) - direct;
        (figures[name] ??= []).push(figure);
        log(`${part.name} ${run + 1}/${depth.runs} ${name}: ${figure.toFixed(2)} ${part.unit}`);
      }
    }
    return figures;
  } finally {
    for (const contender of standing.values()) await contender.stop();
  }
}

async function renew(
  standing: Map<ContenderName, Contender>,
  name: ContenderName,
  depth: Depth,
): Promise<Contender> {
  await standing.get(name)?.stop();
  standing.delete(name);
  const contender = await startContender(name, depth);
  standing.set(name, contender);
  await readAll(contender.ask({ deltas: 5, everyMs: 1 }), 5);
  return contender;
}

/** Nobody wins by dropping: what a reader gets is what the provider said, flat out and paced. */
async function check(contender: Contender): Promise<void> {
  const deltas = 2000;
  const expected = Array.from({ length: deltas }, (_, at) => `^${at} `).join("");
  const text = await textOf(contender.ask({ deltas, everyMs: 0 }));
  if (text !== expected) throw new Error(`${contender.name} does not hand on what the provider says`);
  await readAll(contender.ask({ deltas: 20, everyMs: 5 }), 20);
}

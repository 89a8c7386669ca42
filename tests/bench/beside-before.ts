import type { ContenderName } from "./contenders.ts";
import type { Goal, Part } from "./part.ts";

/** How much worse than the build before it a figure may be. */
const tolerance = 1.05;

const olderOf: Partial<Record<ContenderName, ContenderName>> = { sqlite: "before", redis: "before-redis" };

/** The part with the build before measured next to ours, in the same run, and the goal of being no worse. */
export function besideBefore(part: Part): Part {
  const isMoreBetter = part.goals.some(({ min }) => min !== undefined);
  const pairs = part.contenders.map((name) => [name, olderOf[name]] as const);
  const goals = pairs.flatMap(([first, second]): Goal[] => {
    if (second === undefined) return [];
    return [{ first, second, ...(isMoreBetter ? { min: 1 / tolerance } : { max: tolerance }) }];
  });
  return {
    ...part,
    contenders: pairs.flatMap(([name, older]) => (older === undefined ? [name] : [name, older])),
    goals: [...part.goals, ...goals],
  };
}

import { valueFault } from "../protocol/json-bounds.ts";

/**
 * A value as JSON keeps it: the same here as for whoever goes on from the log; nothing is null. Throws
 * `TypeError` for what cannot be kept; `what` begins its words.
 */
export function keptJson(value: unknown, what: string): unknown {
  const fault = valueFault(value);
  if (fault !== undefined) throw new TypeError(`${what} is ${fault}`);
  const json = JSON.stringify(value ?? null);
  // Cast: it is undefined for a function.
  if ((json as string | undefined) === undefined) throw new TypeError(`${what} is no JSON`);
  return JSON.parse(json);
}

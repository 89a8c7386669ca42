import type { z } from "zod";

/** Something that the steps of a run keep between them; in the log, like all of it. */
export interface StateKey<T> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly initial: T;
}

/** `ctx.state.get(rounds)`: what was set, or `initial`. What is stored is JSON, and read by the schema. */
export const defineState = <T>(name: string, schema: z.ZodType<T>, initial: T): StateKey<T> =>
  Object.freeze({ name, schema, initial });

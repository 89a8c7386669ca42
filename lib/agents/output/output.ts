import { z } from "zod";
import type { JsonSchema } from "../../models/model-request.ts";
import { hashOfJson } from "../../tools/call-hash.ts";
import { checkOutputName } from "./check-output-name.ts";
import { faultsOfIssues, zodFault } from "./zod-faults.ts";

/** The form of an agent's answer: a JSON object that fits a schema. */
export interface ObjectOutput<T = unknown> {
  /** Of the object, in the log and for the model: 1 to 64 of A-Z, a-z, 0-9, _ and -. */
  readonly name: string;
  /** As the model is given it. */
  readonly schema: JsonSchema;
  /** 32 hexadecimal digits: readers tell by it whether they know the schema. */
  readonly schemaHash: string;
  /** How often the model is asked again, in a row, for an object that does not fit. */
  readonly retries: number;
  /** A value of JSON's, as the model wrote it. */
  parse(value: unknown): ParsedOutput<T>;
}

export type ParsedOutput<T> =
  /** `value`: as the schema reads it, with its defaults and transforms. */
  | { type: "ok"; value: T }
  /** A sentence for each thing that does not fit, with its place. */
  | { type: "invalid"; errors: string[] };

export interface OutputOptions {
  /** Absent: "answer". */
  name?: string;
  /** Absent: 2. */
  retries?: number;
}

/** An output from a schema by zod. Throws `TypeError` for a name that providers refuse. */
export function defineOutput<S extends z.ZodObject>(
  object: S,
  { name = "answer", retries = 2 }: OutputOptions = {},
): ObjectOutput<z.output<S>> {
  checkOutputName(name);
  const { $schema: _, ...schema } = z.toJSONSchema(object, { io: "input" });
  return {
    ...{ name, schema, schemaHash: hashOfJson(schema), retries },
    parse(value) {
      const parsed = object.safeParse(value, { error: zodFault });
      return parsed.success
        ? { type: "ok", value: parsed.data }
        : { type: "invalid", errors: faultsOfIssues(parsed.error.issues) };
    },
  };
}

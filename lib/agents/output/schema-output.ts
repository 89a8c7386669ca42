import type { JsonSchema } from "../../models/model-request.ts";
import { checkBySchema } from "../../schema/check-by-schema.ts";
import { schemaFaults } from "../../schema/schema-faults.ts";
import { hashOfJson } from "../../tools/call-hash.ts";
import { checkOutputName } from "./check-output-name.ts";
import type { ObjectOutput, OutputOptions } from "./output.ts";

/**
 * An output from a JSON Schema of others, such as a person's own. Throws `TypeError` with all that is wrong
 * with the schema, and for a name that providers refuse.
 */
export function schemaOutput(
  given: JsonSchema,
  { name = "answer", retries = 2 }: OutputOptions = {},
): ObjectOutput {
  checkOutputName(name);
  const { $schema: _, $id: __, ...schema } = given;
  const faults = schemaFaults(given);
  if (schema["type"] !== "object") faults.push('the schema: has to say "type": "object"');
  if (faults.length > 0) throw new TypeError(faults.join("; "));
  return {
    ...{ name, schema, schemaHash: hashOfJson(schema), retries },
    parse(value) {
      const judgement = checkBySchema(schema, value);
      switch (judgement.type) {
        case "fits":
          return { type: "ok", value };
        case "unfit":
          return { type: "invalid", errors: judgement.faults };
        case "given-up":
          return { type: "invalid", errors: ["it takes too long to check: make it smaller"] };
        default:
          return judgement satisfies never;
      }
    },
  };
}

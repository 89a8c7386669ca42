import { asText } from "./as-text.ts";
import type { JsonFields } from "./fields-of.ts";
import type { ModelPart } from "./model.ts";

/** Characters: what is longer is no name. */
const maxModelNameLength = 200;

/** Adds, once, the name that a message or response says its model has. */
export function createModelNameReader(): (answer: JsonFields, parts: ModelPart[]) => void {
  let hasName = false;
  return (answer, parts) => {
    const name = asText(answer["model"]).trim();
    if (hasName || name === "" || name.length > maxModelNameLength) return;
    hasName = true;
    parts.push({ type: "model", name });
  };
}

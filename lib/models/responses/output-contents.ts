import { asText } from "../as-text.ts";
import { fieldsInList } from "../fields-of.ts";

/** A text of a message that is whole. */
export interface OutputContent {
  type: "text" | "refusal";
  text: string;
  /** Its place in the message. */
  index: number;
}

/** The texts of a message; other contents have none. */
export const outputContents = (content: unknown): OutputContent[] =>
  fieldsInList(content).flatMap((each, index): OutputContent[] => {
    if (each["type"] === "output_text") return [{ type: "text", text: asText(each["text"]), index }];
    return each["type"] === "refusal" ? [{ type: "refusal", text: asText(each["refusal"]), index }] : [];
  });

/** Contents without their first characters. */
export function behind(contents: readonly OutputContent[], length: number): OutputContent[] {
  let left = length;
  return contents.map((each) => {
    const text = each.text.slice(left);
    left = Math.max(0, left - each.text.length);
    return { ...each, text };
  });
}

import { z } from "zod";

/** A text that people write: more than space, and at most `max` characters. */
export const textField = (max: number) =>
  z.string().superRefine((text, context) => {
    if (text.trim() === "") context.addIssue({ code: "custom", message: "must not be empty" });
    const length = characters(text);
    if (length <= max) return;
    context.addIssue({
      code: "too_big",
      origin: "string",
      maximum: max,
      inclusive: true,
      message: `has ${length} characters, at most ${max} are allowed`,
      input: text,
    });
  });

/** Characters as people count them in limits: an emoji of two code units is one. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

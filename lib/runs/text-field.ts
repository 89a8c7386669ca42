import { z } from "zod";
import { countCharacters } from "../protocol/count-characters.ts";
import { isInvisible } from "../protocol/is-invisible.ts";

/** A string as it is kept and sent on: half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD. */
export const wellFormedString = z.string().overwrite((text) => text.toWellFormed());

/** A text that people write: well-formed, something to see, and at most `max` characters. */
export const textField = (max: number) =>
  wellFormedString.superRefine((text, context) => {
    if (isInvisible(text)) context.addIssue({ code: "custom", message: "must not be empty" });
    const length = countCharacters(text);
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

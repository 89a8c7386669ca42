import { z } from "zod";
import { countCharacters } from "../protocol/count-characters.ts";

/** Nothing that anybody could see. */
const blank = /^[\s\u200b-\u200f\u2060\ufeff]*$/;

/** A string as it is kept and sent on: half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD. */
export const wellFormedString = z.string().overwrite((text) => text.toWellFormed());

/** A text that people write: well-formed, more than space, and at most `max` characters. */
export const textField = (max: number) =>
  wellFormedString.superRefine((text, context) => {
    if (blank.test(text)) context.addIssue({ code: "custom", message: "must not be empty" });
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

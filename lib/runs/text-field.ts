import { z } from "zod";
import { countCharacters } from "../protocol/count-characters.ts";

/** Nothing that anybody could see. */
const blank = /^[\s\u200b-\u200f\u2060\ufeff]*$/;

/** A text that people write: more than space, and at most `max` characters. */
export const textField = (max: number) =>
  z.string().superRefine((text, context) => {
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

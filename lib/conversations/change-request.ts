import { z } from "zod";
import { isId } from "../protocol/id.ts";
import { maxTitleLength } from "../protocol/limits.ts";
import { textField } from "../runs/text-field.ts";

/** The body of `PATCH /api/conversations/:id` (protocol 3.6): one change. */
export const changeRequest = z
  .strictObject({
    title: z
      .string()
      .trim()
      .pipe(textField(maxTitleLength))
      .refine((title) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(title), "must be a single line of text")
      .optional(),
    /** The message that the conversation is read through from now on. */
    shown: z.string().refine(isId, "must be a lower-case UUID").optional(),
  })
  .refine(({ title, shown }) => (title === undefined) !== (shown === undefined), {
    path: ["title"],
    error: "give one of title and shown",
  });

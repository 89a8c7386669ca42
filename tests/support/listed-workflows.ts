import { type ReplyingModel, replyingModel } from "./replying-model.ts";

/** What each agent of the listed workflows says; the critic accepts a revised draft. */
export const listedReplies = (): ReplyingModel =>
  replyingModel((instructions, request) => {
    if (instructions.includes("one part of a longer document")) {
      const [head = "", text = ""] = request.split("\n\n");
      return `${head.slice(0, head.indexOf(" of"))} is about ${text.slice(0, 9)}.`;
    }
    if (instructions.includes("summaries of the parts"))
      return `All of it: ${request.split("\n\n").slice(1).join(" ")}`;
    if (instructions.includes("judge a draft"))
      return JSON.stringify({ isAccepted: request.includes("Shorter"), notes: "Say less." });
    return request.includes("Notes:") ? "Shorter." : "A first draft.";
  });

/** A document of so many parts of the size that `summarise-document` makes. */
export const documentOf = (parts: number): string =>
  Array.from({ length: parts }, (_, n) => `Chapter ${n + 1}. ${"Words and words. ".repeat(120)}`).join(
    "\n\n",
  );

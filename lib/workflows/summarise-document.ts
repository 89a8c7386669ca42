import { z } from "zod";
import { defineAgent } from "../agents/define-agent.ts";
import { defineEvent, stop } from "./define-event.ts";
import { defineState } from "./define-state.ts";
import { step } from "./define-step.ts";
import { defineWorkflow } from "./define-workflow.ts";
import { splitText } from "./split-text.ts";

const Document = defineEvent("document", z.object({ document: z.string().min(1) }));
const DocumentPart = defineEvent(
  "part",
  z.object({ n: z.number(), of: z.number(), attempt: z.number(), text: z.string() }),
);
const Summary = defineEvent("summary", z.object({ part: DocumentPart.schema, summary: z.string() }));
const Checked = defineEvent("checked", z.object({ of: z.number(), summary: z.string() }));

const summariser = defineAgent({
  name: "summariser",
  description: "Summarises one part of a document.",
  instructions:
    "You are given one part of a longer document. Summarise it in at most five sentences, in its own language. " +
    "Keep names, numbers and dates. Write only the summary.",
});

const editor = defineAgent({
  name: "editor",
  description: "Makes one summary of many.",
  instructions:
    "You are given the summaries of the parts of one document, in order. Write one summary of the whole document " +
    "from them, in their language, in Markdown: first what it is about in one sentence, then what matters.",
});

/** Characters of a part; and how many parts there are at most, which are longer then. */
const partLength = 3000;
const maxParts = 40;

/** How often a part whose summary is none is asked for again. */
const maxAttempts = 2;

const checkedParts = defineState("checked", z.number(), 0);

/** Splits a long document, has its parts summarised side by side, checks each summary, and joins them. */
export const summariseDocument = defineWorkflow({
  name: "summarise-document",
  description: "Summarises a long document that you paste: its parts side by side, then the whole.",
  input: Document,
  agents: [summariser, editor],
  output: z.string(),
  timeout: 1800,
  steps: {
    split: step({ accepts: [Document], emits: [DocumentPart] }, (_, { data: { document } }) => {
      const parts = splitText(document, Math.max(partLength, Math.ceil(document.length / maxParts)));
      return parts.map((text, at) => DocumentPart({ n: at + 1, of: parts.length, attempt: 1, text }));
    }),
    summarise: step(
      {
        accepts: [DocumentPart],
        emits: [Summary],
        concurrency: 4,
        retry: { attempts: 2, delay: 1, hasJitter: true },
      },
      async (ctx, { data: part }) => {
        const request = `Part ${part.n} of ${part.of}:\n\n${part.text}`;
        return Summary({ part, summary: (await ctx.agent(summariser, request)).trim() });
      },
    ),
    check: step(
      { accepts: [Summary], emits: [DocumentPart, Checked], concurrency: 1 },
      async (ctx, { data: { part, summary } }) => {
        const isGood = summary !== "" && summary.length <= Math.max(part.text.length, 400);
        if (!isGood && part.attempt < maxAttempts)
          return DocumentPart({ ...part, attempt: part.attempt + 1 });
        const progress = ctx.state.get(checkedParts) + 1;
        ctx.state.set(checkedParts, progress);
        await ctx.emit({ message: "Parts summarised", progress, total: part.of });
        return Checked({ of: part.of, summary: isGood ? summary : part.text.slice(0, 400) });
      },
    ),
    join: step({ accepts: [Checked], emits: [stop] }, async (ctx, { data: { of } }) => {
      const all = await ctx.collect(Checked, of);
      if (!all) return undefined;
      const summaries = all.map(({ data }, at) => `${at + 1}. ${data.summary}`);
      const request = `Summaries of ${of} parts:\n\n${summaries.join("\n\n")}`;
      return stop(await ctx.agent(editor, request, { isShown: true }));
    }),
  },
});

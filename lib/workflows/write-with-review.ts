import { z } from "zod";
import { defineAgent } from "../agents/define-agent.ts";
import { defineEvent, stop } from "./define-event.ts";
import { step } from "./define-step.ts";
import { defineWorkflow } from "./define-workflow.ts";

const Brief = defineEvent("brief", z.object({ brief: z.string().min(1) }));
const draft = z.object({ brief: z.string(), round: z.number(), text: z.string() });
const DraftText = defineEvent("draft", draft);
const Revision = defineEvent("revision", z.object({ draft, notes: z.string() }));
const Finished = defineEvent("finished-draft", z.object({ draft }));
const Word = defineEvent(
  "word",
  z.object({
    isAccepted: z.boolean().meta({ title: "Accept this draft" }),
    notes: z.string().max(4000).optional().meta({ title: "What should change" }),
  }),
  { isOutside: true },
);

const author = defineAgent({
  name: "author",
  description: "Writes and revises drafts.",
  instructions:
    "You write what you are asked for, in the language of the brief, in Markdown. Where you are given a draft and " +
    "notes, revise the draft by the notes. Write only the text itself.",
});

const critic = defineAgent({
  name: "critic",
  description: "Judges a draft by its brief.",
  instructions:
    "You judge a draft by its brief: is it right, complete, clear and no longer than it has to be? Accept it if " +
    "a careful reader would have nothing that matters to add. Else say in a few sentences what has to change.",
  output: z.object({ isAccepted: z.boolean(), notes: z.string() }),
});

/** After so many rounds the person is asked, whatever the critic says. */
const maxRounds = 3;

/** Writes, judges and revises until the critic accepts, three rounds at most; then a person has the word. */
export const writeWithReview = defineWorkflow({
  name: "write-with-review",
  description: "Writes a text by your brief, judges and revises it, and asks for your word.",
  input: Brief,
  agents: [author, critic],
  output: z.string(),
  timeout: 1800,
  steps: {
    write: step({ accepts: [Brief, Revision], emits: [DraftText] }, async (ctx, event) => {
      if (event.name === "brief") {
        const { brief } = event.data;
        return DraftText({
          brief,
          round: 1,
          text: await ctx.agent(author, `The brief:\n\n${brief}`, { isShown: true }),
        });
      }
      const { draft: last, notes } = event.data;
      const request = `The brief:\n\n${last.brief}\n\nThe draft:\n\n${last.text}\n\nNotes:\n\n${notes}`;
      const text = await ctx.agent(author, request, { isShown: true });
      return DraftText({ brief: last.brief, round: last.round + 1, text });
    }),
    judge: step({ accepts: [DraftText], emits: [Revision, Finished] }, async (ctx, { data }) => {
      await ctx.emit({ message: "Round", progress: Math.min(data.round, maxRounds), total: maxRounds });
      if (data.round > maxRounds) return Finished({ draft: data });
      const judgement = await ctx.agent(critic, `The brief:\n\n${data.brief}\n\nThe draft:\n\n${data.text}`);
      const isEnough = judgement.isAccepted || data.round === maxRounds;
      return isEnough ? Finished({ draft: data }) : Revision({ draft: data, notes: judgement.notes });
    }),
    ask: step(
      { accepts: [Finished], emits: [Revision, stop], waitsFor: [Word] },
      async (ctx, { data: { draft: last } }) => {
        const word = await ctx.waitFor(Word, { message: "Is this draft what you want?" });
        const { isAccepted, notes = "" } = word?.data ?? { isAccepted: true };
        return isAccepted
          ? stop(last.text)
          : Revision({ draft: last, notes: notes || "It is not accepted." });
      },
    ),
  },
});

import { defaultAgent } from "../protocol/default-agent.ts";
import { defineAgent } from "./define-agent.ts";

/** The agent that answers when a request names none. */
export const assistant = defineAgent({
  name: defaultAgent,
  instructions:
    "You are a careful assistant. Answer in the language of the question, plainly and to the point, in Markdown. " +
    "Say so when you do not know.",
  tools: "read",
});

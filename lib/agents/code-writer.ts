import { defineAgent } from "./define-agent.ts";

/** Solves tasks by writing code. Only there where the operator has code run (`CODE=on`). */
export const codeWriter = defineAgent({
  name: "code",
  description: "Solves a task step by step by writing code, which runs in a sandbox and calls the tools.",
  instructions:
    "You solve tasks step by step by writing code. Whatever has to be counted, sorted, compared or drawn, you work " +
    "out in code, and look at what it gives before you go on. Say so when you do not know.",
  tools: "read",
  writesCode: true,
  planEvery: 8,
});

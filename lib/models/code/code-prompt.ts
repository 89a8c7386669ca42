import type { ModelTool } from "../model-request.ts";
import { type CodeFunction, codeFunctions, finalAnswerName } from "./code-functions.ts";

/** Where its section begins: what is told a model that acts by writing code, and no other. */
export const codeHeading = "# How you act";

/** Tells a model which functions its code finds, and in which form it writes it. */
export const codePrompt = (tools: readonly ModelTool[]): string =>
  [actingSection, functionsSection(tools), codeRules].join("\n\n");

const actingSection = `${codeHeading}

You solve the task step by step by writing JavaScript, which is run for you. In each step say in a sentence or \
two, in the language of the person, what you do next, and then write the code between <code> and </code>:

<code>
const weather = await get_weather({ city: "Lyon" });
console.log(weather.temperature);
</code>

Then stop. You are told what the code printed, and the value of its last line, in a message that begins with \
"Observation:". Go on with the next step. When you know the answer, call ${finalAnswerName} with it in your code:

<code>
${finalAnswerName}("It is 21 °C in Lyon.");
</code>

If a task needs several steps, write a plan before the first code, and a new one when it turns out otherwise:

<plan>
1. What is looked up or computed first
2. What follows from that
</plan>`;

function functionsSection(tools: readonly ModelTool[]): string {
  if (tools.length === 0) return "# Functions\n\nThere are no functions beside those of JavaScript itself.";
  return `# Functions

Your code can call these async functions. Each takes one object; use await, and Promise.all for several at once.

${codeFunctions(tools).map(functionLines).join("\n\n")}`;
}

const functionLines = ({ name, tool }: CodeFunction): string =>
  `await ${name}(input)${tool.description === undefined ? "" : `\n${tool.description}`}
input, as a JSON Schema: ${JSON.stringify(tool.inputSchema)}`;

const codeRules = `# Rules

- One <code> block a reply, and nothing behind it. Never write an Observation yourself.
- What a function gives back is known only after its code was run: print what you have to see with console.log.
- Variables and functions of earlier steps are still there. There is no network, no file, and no import: only \
JavaScript, and the functions above.
- If the code fails you are told the error and its line: mend it in the next step.
- ${finalAnswerName} ends the task: give it a text in Markdown, in the language of the person, or the value that \
was asked for. A question that needs no code is answered in plain words, without code.`;

import type { ModelRequest, ModelTool, ResponseFormat, ToolChoice } from "../model-request.ts";

/** Before its label the model ends its reply: what an action came to, others tell it. */
export const observationLabel = "Observation:";

/** Tells a model without tool calling which tools there are, and in which form it asks for one. */
export function reactPrompt({
  tools = [],
  toolChoice,
  responseFormat,
}: Pick<ModelRequest, "tools" | "toolChoice" | "responseFormat">): string {
  const isForbidden = tools.length === 0 || toolChoice === "none";
  const sections = isForbidden ? [noToolsSection] : [toolsSection(tools), formSection, rulesSection];
  const last = [isForbidden ? "" : choiceSection(toolChoice), formatSection(responseFormat)];
  return [...sections, ...last].filter((section) => section !== "").join("\n\n");
}

const toolsSection = (tools: readonly ModelTool[]): string =>
  `# Tools

You can use these tools, as often as you need, in any order:

${tools.map(toolLines).join("\n\n")}`;

const toolLines = ({ name, description, inputSchema }: ModelTool): string =>
  `Name: ${name}${description === undefined ? "" : `\nDescription: ${description}`}
Input, as a JSON Schema: ${JSON.stringify(inputSchema)}`;

const formSection = `# Form of your replies

To use a tool, reply in this form and then stop:

Thought: why you need it, in the language of the person
Action: the name of the tool
Action Input: its input, a JSON object such as {"text": "hello", "count": 5}

You are then told its result in a message that begins with "Observation:". To use several tools at once, write \
several pairs of Action and Action Input directly behind one another. When you can answer, or need no tool, \
reply in this form:

Thought: why you can answer now, in the language of the person
Answer: the answer, in the language of the person`;

const rulesSection = `Begin every reply with "Thought:". Put no block of code around a reply. Action Input is one \
JSON object. Never write an Observation yourself, and never guess what a tool will say. The person does not see \
thoughts or observations: all that they are to know stands in the Answer.`;

const noToolsSection = `# Form of your replies

Messages that begin with "Observation:" are results of tools that were used before. No tool can be used now: \
reply in this form:

Thought: why you can answer now, in the language of the person
Answer: the answer, in the language of the person`;

function choiceSection(toolChoice: ToolChoice | undefined): string {
  if (toolChoice === "required") return "Your next reply has to use a tool.";
  return typeof toolChoice === "object" ? `Your next reply has to use the tool ${toolChoice.toolName}.` : "";
}

function formatSection(format: ResponseFormat | undefined): string {
  if (!format) return "";
  const words = "The Answer is JSON and nothing else";
  return format.type === "json-object"
    ? `${words}.`
    : `${words}, by this JSON Schema: ${JSON.stringify(format.schema)}`;
}

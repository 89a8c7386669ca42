import { fieldsOf } from "../fields-of.ts";
import type { ModelMessage } from "../model-message.ts";
import type { JsonSchema, ModelRequest, ModelTool, ResponseFormat, ToolChoice } from "../model-request.ts";
import { isPlainCallId, sentCallId } from "../sent-call-id.ts";
import type { ReasoningEffort } from "../thinking-options.ts";
import { withoutFields } from "../without-fields.ts";
import { phaseOf, reasoningItem } from "./reasoning-item.ts";

type InputItem =
  | { role: "user" | "assistant"; content: string | { type: "input_text"; text: string }[]; phase?: string }
  | { type: "function_call"; call_id: string; name: string; arguments: string }
  | { type: "function_call_output"; call_id: string; output: string }
  /** A thought, as it was given. */
  | object;

type ResponsesFormat =
  | { type: "json_object" }
  | { type: "json_schema"; name: string; schema: JsonSchema; strict?: boolean };

interface FunctionTool {
  type: "function";
  name: string;
  description?: string;
  parameters: JsonSchema;
  strict: false;
}

/** The body of `POST /responses` (https://platform.openai.com/docs/api-reference/responses/create). */
export interface ResponsesRequest {
  model: string;
  stream: true;
  background?: true;
  store?: boolean;
  include?: ("reasoning.encrypted_content" | "web_search_call.action.sources")[];
  reasoning?: { effort?: ReasoningEffort; summary: "auto" };
  instructions?: string;
  tools?: (FunctionTool | { type: "web_search" })[];
  tool_choice?: "auto" | "none" | "required" | { type: "function"; name: string };
  temperature?: number;
  top_p?: number;
  max_output_tokens?: number;
  text?: { format: ResponsesFormat };
  input: InputItem[];
}

export interface ResponsesRequestOptions {
  model: string;
  /** Whose thoughts are given back. */
  host: string;
  /** What the endpoint was found not to take, by the names of refused-fields.ts. */
  without: ReadonlySet<string>;
  /** Absent: the model's own. */
  reasoningEffort?: ReasoningEffort;
  /** The provider may search the web itself. */
  webSearch?: boolean;
}

/**
 * A request in the form of the Responses wire: always streamed, and where the endpoint can, in the
 * background: it goes on with the answer whatever becomes of the connection, and keeps it for whoever asks
 * for its rest. Where it cannot, it need not keep anything. The input comes last, so that a longer
 * conversation goes on from the bytes of a shorter one. The wire knows no seed and no stop texts.
 */
export function responsesRequest(
  request: ModelRequest,
  { model, host, without, reasoningEffort, webSearch = false }: ResponsesRequestOptions,
): ResponsesRequest {
  const { maxOutputTokens } = request;
  const body: ResponsesRequest = {
    model,
    stream: true,
    ...(keepsAnswer(without) ? { background: true, store: true } : { store: false }),
    include: [
      "reasoning.encrypted_content",
      ...(webSearch ? (["web_search_call.action.sources"] as const) : []),
    ],
    reasoning: { ...(reasoningEffort && { effort: reasoningEffort }), summary: "auto" },
    ...instructionsOf(request),
    ...functionFields(request, webSearch),
    ...optionFields(request),
    ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
    input: request.messages.flatMap((message) => inputItems(message, host, without)),
  };
  return withoutFields(body, without);
}

/** Whether the endpoint is asked to keep the answer. */
export const keepsAnswer = (without: ReadonlySet<string>): boolean =>
  !without.has("background") && !without.has("store");

function instructionsOf({ messages }: ModelRequest): { instructions?: string } {
  const instructions = messages
    .flatMap(({ role, content }) => (role === "system" ? [content] : []))
    .join("\n\n");
  return instructions === "" ? {} : { instructions };
}

function inputItems(message: ModelMessage, host: string, without: ReadonlySet<string>): InputItem[] {
  switch (message.role) {
    case "system":
      return [];
    case "user": {
      const [only] = message.content;
      const content = message.content.map(({ text }) => ({ type: "input_text" as const, text }));
      return [{ role: "user", content: content.length > 1 ? content : (only?.text ?? "") }];
    }
    case "assistant":
      return message.content.flatMap((part) => writtenItem(part, host, without));
    case "tool":
      return message.content.map(({ toolCallId, output }) => ({
        type: "function_call_output",
        call_id: sentCallId(toolCallId, without),
        output,
      }));
    default:
      return message satisfies never;
  }
}

function writtenItem(
  part: Extract<ModelMessage, { role: "assistant" }>["content"][number],
  host: string,
  without: ReadonlySet<string>,
): InputItem[] {
  switch (part.type) {
    case "text":
      return [{ role: "assistant", content: part.text, ...phaseOf(part, host) }];
    case "reasoning": {
      const item = without.has("thoughts") ? undefined : reasoningItem(part, host);
      return item ? [item] : [];
    }
    case "tool-call": {
      const { toolCallId, toolName, input } = part;
      const call_id = sentCallId(toolCallId, without);
      return [{ type: "function_call", call_id, name: toolName, arguments: input }];
    }
    default:
      return part satisfies never;
  }
}

type FunctionFields = Pick<ResponsesRequest, "tools" | "tool_choice">;

function functionFields({ tools = [], toolChoice }: ModelRequest, webSearch: boolean): FunctionFields {
  if (tools.length === 0) return webSearch && toolChoice !== "none" ? { tools: [hostedSearch] } : {};
  return {
    tools: [...tools.map(functionTool), ...(webSearch ? [hostedSearch] : [])],
    ...(toolChoice !== undefined && { tool_choice: functionChoice(toolChoice) }),
  };
}

const hostedSearch = { type: "web_search" } as const;

/** Unless it is told otherwise, this wire refuses schemas that do not name every field as required. */
const functionTool = ({ name, description, inputSchema }: ModelTool): FunctionTool => ({
  type: "function",
  name,
  ...(description !== undefined && { description }),
  parameters: inputSchema,
  strict: false,
});

const functionChoice = (choice: ToolChoice): NonNullable<FunctionFields["tool_choice"]> =>
  typeof choice === "string" ? choice : { type: "function", name: choice.toolName };

const optionFields = ({ temperature, topP, responseFormat }: ModelRequest) => ({
  ...(temperature !== undefined && { temperature }),
  ...(topP !== undefined && { top_p: topP }),
  ...(responseFormat && { text: { format: formatOf(responseFormat) } }),
});

function formatOf(format: ResponseFormat): ResponsesFormat {
  if (format.type === "json-object") return { type: "json_object" };
  const { name, schema, strict } = format;
  return { type: "json_schema", name, schema, ...(strict !== undefined && { strict }) };
}

/** What is sent and may be left out, by the names of refused-fields.ts. */
export function sentResponsesFields(body: ResponsesRequest): string[] {
  const hasThoughts = body.input.some((item) => fieldsOf(item)["type"] === "reasoning");
  const callIds = body.input.flatMap((item) => ("call_id" in item ? [item.call_id] : []));
  const hasOddIds = !callIds.every((id) => typeof id === "string" && isPlainCallId(id));
  return [
    ...Object.keys(body),
    ...(hasThoughts ? ["thoughts"] : []),
    ...(hasOddIds ? ["tool_call_ids"] : []),
  ];
}

import type { Message, Part, ToolPart } from "../protocol/message.ts";
import { callHash } from "./call-hash.ts";
import { isChangedTool } from "./is-changed-tool.ts";
import type { ApprovalPolicy, Tool } from "./tool.ts";

/** What the operator says of a tool, by its name, or of all tools of an effect: the name counts more. */
export type ToolApprovals = Readonly<Record<string, "allow" | "ask" | "deny">>;

/**
 * Which call runs, asks or is denied. The first rule that fits counts:
 *
 * 1. What the operator denies is denied, and so is what the person wants never in this conversation.
 * 2. Where what a tool outside has said may steer the model, and what is the person's own is known to it or
 *    to the tool, nothing goes outside unasked: whoever wrote a page could have it sent to them.
 * 3. What the operator allows runs, and so does what the person allowed always in this conversation, as long
 *    as the tool has the effect that it had then, and one of another program is described as it was then.
 * 4. One that its server describes otherwise than when the run began asks, whatever the operator allows:
 *    unless the person has allowed it always as it is described now.
 * 5. What the operator wants to be asked about asks. Else what only reads runs, and so does code that reaches
 *    nothing but tools which ask for themselves; everything else asks.
 *
 * The person's word is read from the log: the newest decision for the conversation about a tool of that name.
 */
export const createApprovalPolicy =
  (operator: ToolApprovals = {}): ApprovalPolicy =>
  ({ toolName }, tool, { state, history, tools }) => {
    const calls = [...history.flatMap(toolCallsIn), ...state.parts.filter(isToolPart)];
    const rule = operatorRule(operator, tool);
    const decided = calls.findLast((call) => call.toolName === toolName && isForConversation(call));
    if (rule === "deny" || decided?.decision?.approved === false) return "deny";
    if (goesOutside(tool) && mayLeak(calls, tool, tools)) return "ask";
    if (decided && isToolOfThen(decided, tool)) return "run";
    if (isChangedTool(tool, tools)) return "ask";
    if (rule === "allow") return "run";
    return rule === undefined && (tool.effect === "read" || tool.isConfined) ? "run" : "ask";
  };

/** Own properties only: a tool may be named `constructor`. */
const operatorRule = (operator: ToolApprovals, { name, effect }: Tool): ToolApprovals[string] | undefined =>
  [name, effect].flatMap((key) => (Object.hasOwn(operator, key) ? [operator[key]] : []))[0];

const toolCallsIn = (message: Message): ToolPart[] =>
  message.role === "assistant" ? message.parts.filter(isToolPart) : [];

const isToolPart = (part: Part): part is ToolPart => part.type === "tool";

const isForConversation = ({ decision }: ToolPart): boolean => decision?.scope === "conversation";

function isToolOfThen({ decision, input, ...call }: ToolPart, tool: Tool): boolean {
  const { effect = call.effect, inputHash = call.inputHash } = decision ?? {};
  if (effect !== undefined && effect !== tool.effect) return false;
  return tool.definitionHash === undefined || inputHash === callHash(tool, input);
}

/** Whatever its operator says of its effect, what it gives comes from outside. */
const isOfOthers = ({ definitionHash }: Tool): boolean => definitionHash !== undefined;

/** Code may reach whatever the machine reaches, unless it is confined. */
const goesOutside = ({ effect, isConfined }: Tool): boolean =>
  effect === "network" || (effect === "code" && !isConfined);

/** 2. */
function mayLeak(calls: readonly ToolPart[], tool: Tool, tools: ReadonlyMap<string, Tool>): boolean {
  const read = calls.filter(hasAnswered).map((call) => tools.get(call.toolName));
  const isUntrusted = read.some((each) => each === undefined || goesOutside(each) || isOfOthers(each));
  // One that is there no longer may have been either.
  const isPrivate = read.some((each) => each === undefined || each.isPrivate === true);
  return isUntrusted && (isPrivate || tool.isPrivate === true);
}

/** The model has read something of it, be it a failure in the words of another server. */
const hasAnswered = ({ state, attempt }: ToolPart): boolean =>
  state === "output-available" || (state === "output-error" && attempt !== undefined);

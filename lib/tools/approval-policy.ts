import type { Message, Part, ToolPart } from "../protocol/message.ts";
import type { RunState } from "../protocol/run-state.ts";
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
 * 3. Where what others wrote may steer the model, a call that may go anywhere goes unasked only to an address
 *    that the person wrote, or that stood in what was read: one that the model makes up could carry whatever
 *    it knows.
 * 4. What the operator allows runs, and so does what the person allowed always in this conversation, as long
 *    as the tool has the effect that it had then, and one of another program is described as it was then.
 * 5. One that its server describes otherwise than when the run began asks, whatever the operator allows:
 *    unless the person has allowed it always as it is described now.
 * 6. What the operator wants to be asked about asks. Else what only reads runs, and so does code that reaches
 *    nothing but tools which ask for themselves; everything else asks.
 *
 * The person's word is read from the log: the newest decision for the conversation about a tool of that name.
 */
export const createApprovalPolicy =
  (operator: ToolApprovals = {}): ApprovalPolicy =>
  ({ toolName, input }, tool, { state, history, tools }) => {
    const calls = [...history.flatMap(toolCallsIn), ...state.parts.filter(isToolPart)];
    const rule = operatorRule(operator, tool);
    const decided = calls.findLast((call) => call.toolName === toolName && isForConversation(call));
    if (rule === "deny" || decided?.decision?.approved === false) return "deny";
    if (goesOutside(tool) && mayLeak(calls, tool, tools)) return "ask";
    const others = calls.filter((call) => hasAnswered(call) && isOthersWord(call, tools));
    if (hasReadOthers(calls, tools) && isMadeUp(callAddress(tool, input), others, [...history, state]))
      return "ask";
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

/** What others wrote was read. */
const hasReadOthers = (calls: readonly ToolPart[], tools: ReadonlyMap<string, Tool>): boolean =>
  calls.filter(hasAnswered).some(({ toolName, providerExecuted }) => {
    const tool = tools.get(toolName);
    return providerExecuted || tool === undefined || goesOutside(tool) || isOfOthers(tool);
  });

/** 2. */
function mayLeak(calls: readonly ToolPart[], tool: Tool, tools: ReadonlyMap<string, Tool>): boolean {
  const isUntrusted = hasReadOthers(calls, tools);
  // A provider's own tools read nothing that is the person's own.
  const own = calls.filter((call) => hasAnswered(call) && !call.providerExecuted);
  const read = own.map((call) => tools.get(call.toolName));
  // One that is there no longer may have been either.
  const isPrivate = read.some((each) => each === undefined || each.isPrivate === true);
  return isUntrusted && (isPrivate || tool.isPrivate === true);
}

/** The model has read something of it, be it a failure in the words of another server. */
const hasAnswered = ({ state, attempt }: ToolPart): boolean =>
  state === "output-available" || (state === "output-error" && attempt !== undefined);

/** Undefined: the call goes where its tool goes. */
function callAddress(tool: Tool, input: unknown): string | undefined {
  const parsed = tool.goesTo && tool.parse(input);
  return parsed?.type === "ok" ? tool.goesTo?.(parsed.input) : undefined;
}

/** What a tool of others gave, and not what a model made of it, in code or as an agent. */
function isOthersWord({ toolName, providerExecuted }: ToolPart, tools: ReadonlyMap<string, Tool>): boolean {
  const tool = tools.get(toolName);
  return providerExecuted === true || (tool !== undefined && (tool.effect === "network" || isOfOthers(tool)));
}

/** 3. What the model wrote itself does not count. `others`: the calls that gave words of others. */
function isMadeUp(
  address: string | undefined,
  others: readonly ToolPart[],
  sayings: readonly (Message | RunState)[],
): boolean {
  if (address === undefined) return false;
  const texts = sayings.flatMap((each) =>
    "role" in each && each.role === "user" ? [each.text] : steersIn(each),
  );
  const outputs = others.map(({ output }) => JSON.stringify(output) ?? "");
  return ![...texts, ...outputs].some((text) => mentions(text, address));
}

const steersIn = (each: Message | RunState): string[] =>
  "parts" in each ? each.parts.flatMap((part) => (part.type === "steered" ? [part.text] : [])) : [];

/** As a whole: the beginning of a longer one is another. */
function mentions(text: string, address: string): boolean {
  for (let at = text.indexOf(address); at >= 0; at = text.indexOf(address, at + 1))
    if (!/[\w/?&=%~+#-]/.test(text.charAt(at + address.length))) return true;
  return false;
}

import { unlessAborted } from "../async/unless-aborted.ts";
import { createCodeModel } from "../models/code/code-model.ts";
import type { Model } from "../models/model.ts";
import { ModelError } from "../models/model-error.ts";
import { codeToolName } from "../protocol/code-call.ts";
import type { Message, ToolPart } from "../protocol/message.ts";
import type { EventBody, Usage } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { ApprovalPolicy, Tool } from "../tools/tool.ts";
import type { Agent } from "./agent.ts";
import type { CitedSources } from "./cited-sources.ts";
import { codeAnswer } from "./code/code-answer.ts";
import { type CodeSessions, createCodeSessions, type OpenSandbox } from "./code/code-sessions.ts";
import { codeTool } from "./code/code-tool.ts";
import { feedOf, type InboxFeed } from "./inbox-feed.ts";
import type { StepRules } from "./next-step.ts";
import type { Outcome, ProducerContext } from "./producer.ts";
import { scopedState } from "./scoped-state.ts";
import { toolsOf } from "./tools-of.ts";

/** What requests to models may hold, tokens, and until when by the clock of the process. */
export type FoundLimits = Map<Model["id"], { tokens: number; until: number }>;

export interface AgentOptions {
  agent: Agent;
  model: Model;
  /** The tools that are listed; an agent may have others of its own. */
  tools?: readonly Tool[];
  /** The same, where they have to be asked for. Never rejects. */
  listTools?(): Promise<readonly Tool[]>;
  /** Those that an agent may hand over to; absent: none. */
  agents?: readonly Agent[];
  /** For an agent that names a model of its own; absent: the run's is asked. */
  pickModel?(id: string): Promise<Model>;
  /** Absent: what only reads runs, everything else asks. */
  policy?: ApprovalPolicy;
  /** How many calls run at once; absent: 4. */
  parallelCalls?: number;
  /** How long the model coalesces its deltas, ms; absent: its default. */
  coalesceMs?: number;
  /** How long a model's server that is starting is waited for, ms; absent: as for any failure. */
  startMs?: number;
  /** What models take in whose limits are unknown, tokens; absent: any length. */
  contextTokens?: number;
  /** What was found of models that have refused a request as too long: more is noted. Absent: nothing. */
  foundLimits?: FoundLimits;
  /** The beginning of a conversation that grows too long is summarised beside an answer; absent: never. */
  summarizes?: boolean;
  /** Where the code of agents that write it runs; absent: they cannot be asked. */
  openSandbox?: OpenSandbox;
  /** How long a call that is not given up meanwhile waits for a person, ms; absent: for ever. */
  questionMs?: number;
}

/** What all loops of one run share. */
export interface RunShare {
  readonly context: ProducerContext;
  readonly options: AgentOptions;
  readonly inbox: InboxFeed;
  /** What the run has used so far. */
  spent: Usage | undefined;
  /** The messages that lead to the answer of the run, as they were read last. */
  messages?: readonly Message[] | undefined;
  /** Those of them that no request was made of: what is read counts as the input of a request. */
  peeked?: readonly Message[] | undefined;
  /** Ids of calls that are taken: providers number anew in each answer. */
  readonly callIds: Set<string>;
  /** The pages that were cited; absent: none was looked for yet. */
  sources?: CitedSources;
  /** Of models that have refused a request as too long, and then taken a shorter one, what that may hold. */
  readonly foundLimits: FoundLimits;
  /** The same of those that have done so in this run, whether or not they have answered since. */
  readonly halved: Map<Model["id"], number>;
  /** Of calls to agents that have failed here, what made them: the log has it in words only. */
  readonly failures: Map<string, unknown>;
  readonly codeSessions: CodeSessions;
  /** Called when a decision has come into the log. */
  readonly onDecided: Set<() => void>;
  /** The loop itself. */
  runSteps(scope: AgentScope): AsyncGenerator<EventBody, Outcome>;
}

/** One loop of a run: the agent's, or that of an agent that runs inside a tool call. */
export interface AgentScope {
  readonly share: RunShare;
  readonly agent: Agent;
  readonly model: Model;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly parentToolCallId?: string;
  /**
   * The workflow's step that it runs inside, and which answer of that it writes, if it writes one, to what
   * request.
   */
  readonly workflow?: { instance: string; call?: string; request?: string };
  readonly depth: number;
  readonly signal: AbortSignal;
  /** The messages that lead to its answer; undefined if the conversation was deleted. */
  history(): Promise<readonly Message[] | undefined>;
}

/** What all loops of the run of a producer share. */
export const createShare = (
  options: AgentOptions,
  context: ProducerContext,
  runSteps: RunShare["runSteps"],
): RunShare => ({
  ...{ context, options, runSteps },
  inbox: feedOf(context.inbox),
  spent: context.state.total,
  callIds: new Set(context.state.parts.flatMap((part) => (part.type === "tool" ? [part.toolCallId] : []))),
  foundLimits: options.foundLimits ?? new Map(),
  halved: new Map(),
  failures: new Map(),
  codeSessions: createCodeSessions(options.openSandbox, context),
  onDecided: new Set(),
});

export async function rootScope(
  given: AgentOptions,
  context: ProducerContext,
  runSteps: RunShare["runSteps"],
): Promise<AgentScope> {
  const { model, listTools } = given;
  // One that is stopped does not wait for it.
  const tools = given.tools ?? (listTools && (await unlessAborted(listTools(), context.signal))) ?? [];
  const options = { ...given, tools };
  const share = createShare(options, context, runSteps);
  const agent = await withFoundOutput(given.agent, share);
  const history = async () => {
    const { peeked } = share;
    share.peeked = undefined;
    return (share.messages = peeked ?? (await context.history()));
  };
  return {
    ...{ share, agent, ...equipped(agent, model, options) },
    ...{ depth: 0, signal: context.signal, history },
  };
}

/**
 * What an agent acts with: its tools as its model is offered them, and for one that writes code the tool that
 * runs it.
 */
export function equipped(
  agent: Agent,
  model: Model,
  { tools: listed = [], openSandbox }: Pick<AgentOptions, "tools" | "openSandbox">,
): Pick<AgentScope, "model" | "tools"> {
  const tools = toolsOf(agent, listed);
  if (!agent.writesCode) return { model, tools };
  if (!openSandbox) throw new TypeError(`${agent.name} writes code, and there is no sandbox to run it in`);
  // What it would do in a sandbox of its own, it does itself.
  const functions = [...tools.values()].filter(({ effect }) => effect !== "code");
  return { model: createCodeModel(model, functions), tools: new Map([[codeToolName, codeTool(functions)]]) };
}

/** With the form that the person has given. Throws `ModelError` for one that cannot be used. */
async function withFoundOutput(agent: Agent, share: RunShare): Promise<Agent> {
  if (!agent.findOutput) return agent;
  share.messages = share.peeked = await share.context.history();
  const found = agent.findOutput(share.messages ?? []);
  if (found.type === "ok") return { ...agent, output: found.output };
  throw new ModelError("bad-schema", found.faults.join("\n"), { retryable: false });
}

/** That of the agent which a call is to; it is given the request, and nothing else of the conversation. */
export async function nestedScope(
  { share, model, depth, workflow }: AgentScope,
  agent: Agent,
  { part, request, signal }: { part: ToolPart; request: string; signal: AbortSignal },
): Promise<AgentScope> {
  const { pickModel } = share.options;
  const { toolCallId } = part;
  const { runId } = share.context.state;
  const question: Message = {
    ...{ id: toolCallId, parentId: null, runId, role: "user" },
    ...{ createdAt: part.startedAt, text: request },
  };
  return {
    share,
    agent,
    ...equipped(
      agent,
      agent.model !== undefined && pickModel ? await pickModel(agent.model) : model,
      share.options,
    ),
    parentToolCallId: toolCallId,
    ...(workflow && { workflow: { instance: workflow.instance } }),
    depth: depth + 1,
    signal,
    history: async () => [question],
  };
}

/** The run as the loop sees it. */
export const stateOf = ({ share: { context }, parentToolCallId, workflow }: AgentScope): RunState =>
  scopedState(context.state, {
    ...(parentToolCallId !== undefined && { parentToolCallId }),
    ...(workflow?.call !== undefined && { workflowCall: workflow.call }),
  });

/** What a step of it says of where it runs. */
export const insideOf = ({ parentToolCallId, workflow }: AgentScope) => ({
  ...(parentToolCallId !== undefined && { parentToolCallId }),
  ...(workflow && { workflowStep: workflow.instance }),
  ...(workflow?.call !== undefined && { workflowCall: workflow.call }),
});

/** Longer ones, in characters, are not in the log. */
const maxKeptRequest = 100_000;

/** What an answer of a workflow's step was asked for, with the first step of it: nothing else holds it. */
export const keptRequest = ({ workflow }: AgentScope, index: number): { request?: string } =>
  index === 0 && workflow?.request !== undefined && workflow.request.length <= maxKeptRequest
    ? { request: workflow.request.toWellFormed() }
    : {};

/** By which a loop is known among those of its run. */
export const loopOf = ({
  parentToolCallId,
  workflow,
}: Pick<AgentScope, "parentToolCallId" | "workflow">): string => parentToolCallId ?? workflow?.call ?? "";

/** Only the loop that runs inside nothing takes what comes from outside; the others are told of it. */
export const takesInbox = ({ parentToolCallId, workflow }: AgentScope): boolean =>
  parentToolCallId === undefined && !workflow;

/** What its agent may use up. */
export function rulesOf({ agent, tools, share: { context } }: AgentScope): StepRules {
  const { maxSteps = 20, maxTokens = 1_000_000, maxMs = 30 * 60_000, atMaxSteps } = agent;
  return {
    ...(agent.output && { maxFaults: agent.output.retries, wantsObject: true }),
    answerOf: (part) => (tools.get(part.toolName)?.returnDirect ? { output: part.output } : codeAnswer(part)),
    maxSteps,
    maxTokens,
    maxMs,
    answersAtCap: atMaxSteps === "answer",
    now: context.clock.wall(),
  };
}

export const abortedOutcome: Outcome = { type: "aborted" };

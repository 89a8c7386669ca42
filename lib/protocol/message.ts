import type {
  DecisionScope,
  FinishReason,
  JsonObject,
  PersonQuestion,
  ProviderMetadata,
  Timings,
  Usage,
} from "./run-event.ts";
import type { RunProgress } from "./workflow-state.ts";
import type { WorkflowSummary } from "./workflow-summary.ts";

/**
 * A part of an answer, in the order the model wrote it. `startedAt`/`endedAt`: server ms; open while
 * `endedAt` is absent.
 */
export type Part = TextPart | RefusalPart | ToolPart | ObjectPart | HandoffPart | SourcePart | SteeredPart;

export interface PartBase {
  /** Which model request wrote it: `reset-step` drops the parts of its step. Empty: none did. */
  stepId: string;
  /** The tool call that its step runs inside: it is no text of the answer itself. */
  parentToolCallId?: string;
  startedAt: number;
  endedAt?: number;
}

export interface TextPart extends PartBase {
  type: "text" | "reasoning";
  id: string;
  text: string;
  providerMetadata?: ProviderMetadata;
}

export interface RefusalPart extends PartBase {
  type: "refusal";
  id: string;
  text: string;
}

/** The AI SDK's names, and `running` between the call and its output. */
export type ToolState =
  | "input-streaming"
  | "input-available"
  | "running"
  | "approval-requested"
  | "output-available"
  | "output-error"
  | "output-denied";

export interface ToolPart extends PartBase {
  type: "tool";
  toolCallId: string;
  toolName: string;
  state: ToolState;
  /** The arguments as the model wrote them so far. */
  inputText: string;
  /** The parsed arguments, once complete. */
  input?: unknown;
  output?: unknown;
  errorText?: string;
  code?: string;
  attempt?: number;
  /** How many attempts there are to be; absent: it is not tried again by itself. */
  attempts?: number;
  /** Why the attempt before this one failed. */
  failedBefore?: string;
  /** It failed, only reads, and may well give something if it is run once more. */
  isRepeatable?: true;
  /** The call that a person had made once more by this one. */
  retryOf?: string;
  /** The model's provider made it itself, with a tool of its own: nothing of it is run here. */
  providerExecuted?: true;
  /** What it gives back was written by others; absent: it was not, or an older build ran it. */
  isOutside?: boolean;
  /** The newest that a person was asked: `<toolCallId>:<attempt>`, for a question in mid-call `…:<n>`. */
  approvalId?: string;
  effect?: string;
  /** Of what is to be approved: a decision names the one that the person saw. */
  inputHash?: string;
  /** What the person is asked, or was asked last; absent: no more than whether the call may run. */
  question?: PersonQuestion;
  /** Why it is asked, whatever was allowed: its server now says something else of the tool. */
  change?: { description: string };
  /** What was decided of the call; of one that only asked, its first answer. */
  decision?: ToolDecision;
  /** The answers to the questions of the call, in their order. */
  answers?: readonly ToolAnswer[];
  progress?: { progress: number; total?: number; message?: string };
  providerMetadata?: ProviderMetadata;
}

/** What a person decided. `by`: "user", or who decided in their place. */
export interface ToolDecision {
  approved: boolean;
  by: string;
  reason?: string;
  scope?: DecisionScope;
  /** The values of the form. */
  content?: JsonObject;
  /** What the call was when it was decided for the conversation, where it has asked something since. */
  effect?: string;
  inputHash?: string;
}

export interface ToolAnswer extends ToolDecision {
  approvalId: string;
  /** Of the question. */
  inputHash?: string;
}

export interface ObjectPart extends PartBase {
  type: "object";
  id: string;
  name: string;
  /** What it is to be, by JSON Schema. */
  schema?: JsonObject;
  /** The raw JSON so far; every reader parses it incrementally. */
  json: string;
  attempt: number;
  value?: unknown;
  valid?: boolean;
  errors?: string[];
}

export interface HandoffPart extends PartBase {
  type: "handoff";
  from: string;
  to: string;
  reason?: string;
}

export interface SourcePart extends PartBase {
  type: "source-url";
  sourceId: string;
  url: string;
  title?: string;
  /** The call that has read it. */
  toolCallId?: string;
}

/** What a person said into the live run, where the model first saw it. */
export interface SteeredPart extends PartBase {
  type: "steered";
  messageId: string;
  text: string;
  by: string;
}

/** How a run ended, and what it cost. */
export type Ending =
  | { type: "finish"; finishReason: FinishReason; total?: Usage; timings?: Timings }
  | { type: "abort"; by: string; reason?: string; total?: Usage; timings?: Timings }
  | ErrorEnding
  | { type: "interrupted"; reason: string; errorText: string };

/** The provider's fault or ours; what is not known is absent. */
export interface ErrorEnding {
  type: "error";
  code: string;
  errorText: string;
  retryable: boolean;
  /** Whose error it is: `host:port` of the endpoint, and the HTTP status that it answered. */
  host?: string;
  status?: number;
  /** Within the code. */
  reason?: string;
  /** The endpoint wants to be left alone for so long, counted from `at`, server ms. */
  retryAfterMs?: number;
  /** Of a request that is too long: how many tokens the model takes, and how many the request had. */
  limitTokens?: number;
  askedTokens?: number;
  /** Of a workflow: the steps that failed, or ran when it was ended. */
  steps?: readonly string[];
  at?: number;
  total?: Usage;
}

/** Another holder went on with an answer that one had left unfinished. */
export interface Takeover {
  /**
   * `fetched`: the provider gave the rest of the very same answer. `continued`: its model was asked to go on
   * with what was read. `anew`: it began the answer, or a part of it, once more.
   */
  type: "fetched" | "continued" | "anew";
  /** How long nothing was written, ms; absent: not known. */
  afterMs?: number;
  /** What was asked for before that has cost something, and nobody said how much. */
  isUnreported?: true;
}

/**
 * Notes that stand for the beginning of a conversation in what a model is sent, from the question on that
 * follows the answer which has them. They are nobody's message.
 */
export interface HistorySummary {
  /** The last message that they stand for, and how many those are. */
  upTo: string;
  messageCount: number;
  /** Absent: they could not be made, and `errorText` says why. */
  text?: string;
  errorText?: string;
  /** Something of what they were made of was written by others. */
  isOutside?: boolean;
  /** What they have cost, which the answer has among its own. */
  usage?: Usage;
}

/** What a person asked. `runId` is the run that answers it first. */
export interface UserMessage {
  id: string;
  parentId: string | null;
  runId: string;
  role: "user";
  createdAt: number;
  text: string;
  /** The run that it was sent into, and which ended before it took it: so it was asked next. */
  sentInto?: string;
}

/**
 * What a run wrote: the fold of its log, without the cursor. `ending` is absent while it is being written.
 */
export interface AssistantMessage {
  id: string;
  parentId: string | null;
  runId: string;
  role: "assistant";
  createdAt: number;
  agent: string;
  /** That was asked for. */
  model: string;
  /** The model that its run named; absent: the server chose. */
  askedModel?: string;
  /** The provider's own name for what answered, where it is another one. */
  answeredBy?: string;
  parts: readonly Part[];
  takeovers?: readonly Takeover[];
  /** Of one that a workflow writes: where that stands. */
  workflow?: WorkflowSummary;
  /** The newest that its run said of itself. */
  progress?: RunProgress;
  /** What was made of the messages long before it, while it was written. */
  summary?: HistorySummary;
  ending?: Ending;
  /**
   * Of a continued answer: what each run that wrote it before has cost. Without figures: unknown.
   */
  spentBefore?: readonly Usage[];
  /** How long those runs took together, ms, as far as it is known. */
  durationBefore?: number;
}

export type Message = UserMessage | AssistantMessage;

import type { Ending, HistorySummary, Part, Takeover } from "./message.ts";
import type { FinishReason, Usage } from "./run-event.ts";
import type { RunProgress, WorkflowState } from "./workflow-state.ts";

/**
 * A run's log folded up to `seq`: all that a viewer, a checkpoint or the next holder needs to go on from
 * there. A plain value: it survives JSON, and no fold changes the one it was given.
 */
export interface RunState {
  runId: string;
  /** That of event `seq`; together they are the cursor. */
  epoch: number;
  seq: number;
  conversationId: string;
  messageId: string;
  userMessageId: string;
  parentRunId?: string;
  agent: string;
  model: string;
  /** The model that the run named; absent: the server chose. */
  askedModel?: string;
  /** The call of the continued answer that the run begins with, because a person wants it made once more. */
  retriedCall?: string;
  /** The name that the provider itself gives to what answered, where it is another one than `model`. */
  answeredBy?: string;
  /** Server ms of the first and of the newest event; 0 before the first. */
  startedAt: number;
  lastAt: number;
  /** In the order in which they were opened, those of all steps. */
  parts: readonly Part[];
  /** Every model request of the run, in the order of their start; several may be open at once. */
  steps: readonly Step[];
  total?: Usage;
  /** Set while an agent waits before it asks the provider again; of several that wait, the newest. */
  retry?: RetryWait;
  stopRequested?: { by: string; reason?: string };
  /** How long it waited for people, ms; absent: not at all. */
  waitedMs?: number;
  /** Absent: none that is to be told of. */
  takeovers?: readonly Takeover[];
  /** The newest that it said of itself. */
  progress?: RunProgress;
  /** What was made beside it of the beginning of its conversation; absent: nothing. */
  summary?: HistorySummary;
  /** Of a run that a workflow writes, from its `workflow-start` on. */
  workflow?: WorkflowState;
  ending?: Ending;
}

/** One model request, with all its attempts. */
export interface Step {
  stepId: string;
  index: number;
  agent: string;
  /** The tool call that it runs inside: its agent is a tool of another one. */
  parentToolCallId?: string;
  /** The `instance` of the workflow step that it runs inside. */
  workflowStep?: string;
  /** Which answer of that it belongs to. */
  workflowCall?: string;
  /** 1, and one more for each time it was reset or continued. */
  attempt: number;
  /** How often its model was asked again after it had failed without a word; absent: never. */
  retries?: number;
  /**
   * While it is open, the answer that the provider keeps of it, and how far that has been read; without
   * `cursor` nothing of it has. Absent: the provider keeps none.
   */
  response?: { responseId: string; cursor?: number };
  /**
   * While it is open, the answer of which the provider has reported a usage, and the run's total before that:
   * one that is read on is reported once more, as a whole.
   */
  reported?: { responseId: string; before?: Usage };
  /** How many attempts in a row brought nothing new, and its most text, in characters; absent: not noted. */
  stalls?: number;
  maxLength?: number;
  /** Asked to go on with its text, the model has begun it anew. */
  isAnew?: boolean;
  /** Why the model ended it; absent while it is open. */
  finishReason?: FinishReason;
  /** What was wrong with its reply, in words for the model. */
  fault?: string;
  /** Of one that has no parts to show where it stands: how many messages into the run stand before it. */
  steeredBefore?: number;
}

/** A wait before a model is asked again: `inMs` from `at`, server ms. */
export interface RetryWait {
  /** Absent in the folds of older builds: the newest step. */
  stepId?: string;
  attempt: number;
  of: number;
  inMs: number;
  reason: string;
  at: number;
}

/** The fold of no events. */
export const emptyRun = (runId: string): RunState => ({
  runId,
  epoch: 0,
  seq: 0,
  conversationId: "",
  messageId: "",
  userMessageId: "",
  agent: "",
  model: "",
  startedAt: 0,
  lastAt: 0,
  parts: [],
  steps: [],
});

type Steps = Pick<RunState, "steps">;

/** The step that started last, open or not. */
export const newestStep = ({ steps }: Steps): Step | undefined => steps.at(-1);

/** The steps that are not finished, in the order of their start. */
export const openSteps = ({ steps }: Steps): Step[] => steps.filter(isOpen);

/** The step of that id, open or not. */
export const stepOf = ({ steps }: Steps, stepId: string): Step | undefined =>
  steps.find((step) => step.stepId === stepId);

/** Its model has not ended it. */
export const isOpen = (step: Step): boolean => step.finishReason === undefined;

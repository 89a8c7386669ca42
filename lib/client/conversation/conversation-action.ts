import type { ConversationView } from "../../protocol/conversation-view.ts";
import type { Durability } from "../../protocol/durability.ts";
import type { RunState } from "../../protocol/run-state.ts";
import type { PageAction } from "../page-driver.ts";
import type { Problem } from "../problem.ts";
import type { ConnectionState } from "../read-connection.ts";
import type { ConversationTimer } from "./conversation-effect.ts";
import type { KeptModels } from "./kept-models.ts";

/** Everything that can happen to a conversation. `at`: ms by the wall clock, unless it says otherwise. */
export type ConversationAction =
  | PersonAction
  | RunAction
  | ServerAction
  | VisitAction
  | PageAction<ConversationTimer>;

/** What a person does. */
type PersonAction =
  /** `under`: the answer that it is asked under, null for none; absent: the last that is shown. */
  | { type: "sent"; runId: string; text: string; at: number; under?: string | null }
  /**
   * The last question is to be answered again, or the last answer continued; `call`: with that one of its
   * calls, made once more.
   */
  | { type: "asked-again"; how: "retry" | "continue"; call?: string; runId: string; at: number }
  /** Another version of a question or an answer is shown, and counts from now on. */
  | { type: "version-chosen"; messageId: string }
  /** The answer that was replaced is shown again; the one that replaces it is stopped. */
  | { type: "undone" }
  /**
   * The unsent message, under the same run id. `where`: of one that others were before, behind all that is
   * shown by now, or as a branch where it was meant to be.
   */
  | { type: "resent"; where?: "here" | "branch" }
  /** What is asked next is asked of that model. */
  | { type: "model-chosen"; model: string }
  /** What is asked next is asked of that agent. */
  | { type: "agent-chosen"; agent: string }
  | { type: "discarded" }
  | { type: "stop-requested" }
  | { type: "reconnect-requested" };

/** What comes of following a run. */
type RunAction =
  | { type: "acknowledged"; runId: string }
  | { type: "events-applied"; run: RunState }
  /** `at`: monotonic. */
  | { type: "connection-changed"; connection: ConnectionState; at: number }
  | { type: "durability-changed"; durability: Durability }
  | { type: "run-ended"; run: RunState }
  | { type: "snapshot-needed"; run: RunState }
  | { type: "refused"; run: RunState; problem: Problem };

/** The responses to other requests. */
type ServerAction =
  /** `settledRuns`: as they were when it was asked for. */
  | { type: "snapshot-arrived"; view: ConversationView; settledRuns: number }
  | { type: "snapshot-failed"; problem: Problem }
  /** `isTaken`: asking again would not help. */
  | { type: "stop-answered"; runId: string; isTaken: boolean }
  /** `isSettled`: asking again would not help. */
  | { type: "choice-answered"; messageId: string; isSettled: boolean };

/** Whether the page shows it. */
type VisitAction =
  /** `choosing`, `models`: what was chosen in an earlier page. */
  | { type: "opened"; isVisible: boolean; choosing?: readonly string[]; models?: KeptModels }
  | { type: "closed" }
  | { type: "refresh-requested" };

export type ActionOf<Type extends ConversationAction["type"]> = Extract<ConversationAction, { type: Type }>;

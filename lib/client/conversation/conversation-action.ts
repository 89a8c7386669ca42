import type { ConversationView } from "../../protocol/conversation-view.ts";
import type { Durability } from "../../protocol/durability.ts";
import type { RunState } from "../../protocol/run-state.ts";
import type { PageAction } from "../page-driver.ts";
import type { Problem } from "../problem.ts";
import type { ConnectionState } from "../read-connection.ts";
import type { ConversationTimer } from "./conversation-effect.ts";

/** Everything that can happen to a conversation. `at`: ms; of a person's actions by the wall clock. */
export type ConversationAction =
  | PersonAction
  | RunAction
  | ServerAction
  | VisitAction
  | PageAction<ConversationTimer>;

/** What a person does. */
type PersonAction =
  | { type: "sent"; runId: string; text: string; at: number }
  /** The last answer is to be written anew, or continued. */
  | { type: "asked-again"; how: "retry" | "continue"; runId: string; at: number }
  /** What was not sent goes out once more, under the same run id. */
  | { type: "resent" }
  | { type: "discarded" }
  | { type: "stop-requested" }
  | { type: "reconnect-requested" };

/** What the reader of the followed run's log has to tell. */
type RunAction =
  | { type: "acknowledged"; runId: string }
  | { type: "events-applied"; run: RunState }
  /** `at`: monotonic. */
  | { type: "connection-changed"; connection: ConnectionState; at: number }
  | { type: "durability-changed"; durability: Durability }
  | { type: "run-ended"; run: RunState }
  | { type: "snapshot-needed"; run: RunState }
  | { type: "refused"; run: RunState; problem: Problem };

/** What the server answers to other requests. */
type ServerAction =
  | { type: "snapshot-arrived"; view: ConversationView }
  | { type: "snapshot-failed"; problem: Problem }
  /** `isTaken`: there is no use in asking again. */
  | { type: "stop-answered"; runId: string; isTaken: boolean };

/** Whether it is shown. */
type VisitAction =
  | { type: "opened"; isVisible: boolean }
  | { type: "closed" }
  | { type: "refresh-requested" };

export type ActionOf<Type extends ConversationAction["type"]> = Extract<ConversationAction, { type: Type }>;

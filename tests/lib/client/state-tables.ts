import { inspect } from "node:util";
import type { ConversationAction } from "#lib/client/conversation/conversation-action.ts";
import type { ConversationState } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import type { ListAction } from "#lib/client/conversation-list/list-action.ts";
import type { ListState } from "#lib/client/conversation-list/list-state.ts";
import { listTransition } from "#lib/client/conversation-list/list-transition.ts";
import type { Transition } from "#lib/client/transition.ts";
import { sampleActions, situations } from "../../support/conversation-situations.ts";
import { listSituations, sampleListActions } from "../../support/list-situations.ts";

/** Prints what every action leads to in every situation: `node tests/lib/client/state-tables.ts` */
if (import.meta.main) console.log(Object.values(stateTables()).join("\n\n"));

/** The tables of both machines: a heading for each situation, and beneath it a row for each action. */
export function stateTables(): { conversation: string; list: string } {
  return {
    conversation: stateTable(situations, sampleActions, {
      transition: conversationTransition,
      describe: describeConversation,
      nameAction: nameConversationAction,
    }),
    list: stateTable(listSituations, sampleListActions, {
      transition: listTransition,
      describe: describeList,
      nameAction: nameListAction,
    }),
  };
}

interface Machine<State, Action> {
  transition(state: State, action: Action): Transition<State, { type: string }>;
  /** A state in a few words. */
  describe(state: State): string;
  nameAction(action: Action): string;
}

function stateTable<State, Action>(
  from: Readonly<Record<string, State>>,
  actions: readonly Action[],
  { transition, describe, nameAction }: Machine<State, Action>,
): string {
  const width = Math.max(...actions.map((action) => nameAction(action).length));
  const row = (state: State, action: Action): string => {
    const next = transition(state, action);
    const left = next.state === state ? "–" : describe(next.state);
    return `  ${nameAction(action).padEnd(width)}  → ${[left, ...next.effects.map(nameEffect)].join(" | ")}`;
  };
  return Object.entries(from)
    .map(([name, state]) =>
      [`${name}: ${describe(state)}`, ...actions.map((action) => row(state, action))].join("\n"),
    )
    .join("\n\n");
}

function describeConversation(state: ConversationState): string {
  const { phase, isOpen, following, run, pending, queued, stop, truncatedRuns, messages } = state;
  return [
    phase !== "ready" && phase,
    !isOpen && "closed",
    following.type === "following" ? `following (${following.connection.type})` : following.type,
    run && "run",
    pending && `${pending.intent.type} ${pending.state}`,
    queued && "queued",
    stop && "stopping",
    truncatedRuns.size > 0 && "truncated",
    `${messages.length} saved`,
  ]
    .filter(Boolean)
    .join(", ");
}

function nameConversationAction(action: ConversationAction): string {
  switch (action.type) {
    case "presence-changed":
      return `${action.type} ${action.presence}`;
    case "timer-fired":
      return `${action.type} ${action.timer}`;
    case "connection-changed":
      return `${action.type} ${action.connection.type}`;
    case "refused":
    case "snapshot-failed":
      return `${action.type} ${action.problem.status}`;
    case "snapshot-arrived":
      return `${action.type} ${action.view.activeRun ? "live" : "idle"}`;
    case "asked-again":
      return `${action.type} ${action.how}`;
    case "stop-answered":
      return `${action.type} ${action.isTaken ? "taken" : "in vain"}`;
    default:
      return action.type;
  }
}

function describeList(state: ListState): string {
  const { isOpen, listed, renamed, deleted, failed, unseen } = state;
  return [
    !isOpen && "closed",
    `${listed.length} listed`,
    renamed.size > 0 && "renamed",
    deleted.length > 0 && "deleted",
    failed && `failed ${failed.what}`,
    unseen.size > 0 && "unseen",
  ]
    .filter(Boolean)
    .join(", ");
}

function nameListAction(action: ListAction): string {
  switch (action.type) {
    case "presence-changed":
      return `${action.type} ${action.presence}`;
    case "timer-fired":
      return `${action.type} ${action.timer}`;
    case "change-requested":
      return `${action.type} ${action.change.what}`;
    case "change-answered":
      return `${action.type} ${action.change.what} ${action.isDone ? "done" : "in vain"}`;
    default:
      return action.type;
  }
}

/** An effect's type and, of its fields, those that are one word. */
function nameEffect({ type, ...fields }: { type: string }): string {
  const words = Object.values(fields).filter(
    (value) => typeof value === "string" || typeof value === "number",
  );
  return [type, ...words.map((word) => inspect(word).replace(/'|0{8}-0000-4000-8000-0*/g, ""))].join(" ");
}

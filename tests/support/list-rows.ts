import assert from "node:assert/strict";
import { test } from "node:test";
import type { ListAction } from "#lib/client/conversation-list/list-action.ts";
import type { ListEffect } from "#lib/client/conversation-list/list-effect.ts";
import type { ListState } from "#lib/client/conversation-list/list-state.ts";
import { listTransition } from "#lib/client/conversation-list/list-transition.ts";
import { type ListSituation, listSituations } from "./list-situations.ts";

/**
 * A promise, the situation that it is for, an action, the fields of the state that are different afterwards
 * (`unchanged`: it is the same object), and the effects, all of them.
 */
export type ListRow = [
  promise: string,
  ListSituation,
  ListAction,
  Partial<ListState> | "unchanged",
  ...ListEffect[],
];

export function testListTransitions(rows: readonly ListRow[]): void {
  for (const [promise, situation, action, changes, ...effects] of rows)
    test(promise, () => {
      const next = listTransition(listSituations[situation], action);
      if (changes === "unchanged") assert.equal(next.state, listSituations[situation]);
      else assert.deepEqual({ ...next.state, ...changes }, next.state);
      assert.deepEqual(next.effects, effects);
    });
}

/**
 * How old deletions are, whatever the wall clock does meanwhile.
 *
 * Owns: the correction of the times that deletions are dated with, in the memory of one process. Does not
 * own: the rule that is applied to them (a deletion is undone for `undoMs`, then purged), nor the store's
 * time.
 *
 * U1  What is stored is wall time, as every build reads it. A process that notices that the wall clock was
 *     set has the deletions dated anew, so that each stays as old as it is.
 * U2  A deletion that this process has seen before ages by the steady clock. It is recognised by its date:
 *     another process that noticed the same has changed it, and then it is right.
 * U3  One that this process has not seen is no older than its last look, when it was not there, and is never
 *     younger than now.
 * U4  A first look has nothing to compare with: only a date in the future is known to be wrong.
 */

export interface Deletion {
  id: string;
  /** Wall ms of the store. */
  deletedAt: number;
}

/** How many deletions one look reads, the oldest first: of more, the others follow when these are purged. */
export const maxDeletionsRead = 1000;

/** One moment by both clocks, ms. */
interface Moment {
  wall: number;
  steady: number;
}

export interface UndoClock {
  /** When that deletion was, as the store's wall clock would have it now. Changes nothing. */
  dateOf(deletion: Deletion, wall: number): number;
  /** The deletions there are, once their dates agree with `dateOf`. */
  keep(deletions: readonly Deletion[], wall: number): void;
  /** This process has just deleted it. */
  saw(deletion: Deletion): void;
}

/**
 * `steady`: ms that no one sets. `toleranceMs`: by how much both clocks may differ between two looks without
 * one having been set.
 */
export function createUndoClock(steady: () => number, toleranceMs: number): UndoClock {
  let lastLook: Moment | undefined;
  let seen = new Map<string, Moment & Deletion>();

  /** By how much the wall clock was set since then, ms. */
  function stepSince({ wall, steady }: Moment, now: Moment): number {
    const step = now.wall - wall - (now.steady - steady);
    return Math.abs(step) > toleranceMs ? step : 0;
  }

  function dateOf({ id, deletedAt }: Deletion, wall: number): number {
    const now = { wall, steady: steady() };
    const known = seen.get(id);
    if (known?.deletedAt === deletedAt) return Math.min(deletedAt + stepSince(known, now), wall); // U2
    const isRight = known !== undefined || !lastLook || stepSince(lastLook, now) === 0;
    if (isRight || !lastLook) return Math.min(deletedAt, wall); // U2, U4
    return Math.min(Math.max(deletedAt, Math.floor(wall - (now.steady - lastLook.steady))), wall); // U3
  }

  return {
    dateOf: (deletion, wall) => Math.round(dateOf(deletion, wall)),
    keep(deletions, wall) {
      lastLook = { wall, steady: steady() };
      const look = lastLook;
      seen = new Map(deletions.map((deletion) => [deletion.id, { ...deletion, ...look }]));
    },
    saw: (deletion) =>
      void seen.set(deletion.id, { ...deletion, wall: deletion.deletedAt, steady: steady() }),
  };
}

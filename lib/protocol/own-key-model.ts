/*
 * A run that is asked with a key of its browser is stored under a name that no model has: whoever takes it
 * over, an older build too, finds none, and never asks with a key of the server's instead.
 */

const ownKeyMark = "own-key:";

/** What is stored as the model of such a run. */
export const ownKeyModel = (id: string): string => `${ownKeyMark}${id}`;

/** The model itself, as it is listed. */
export const plainModel = (stored: string): string =>
  isOwnKeyModel(stored) ? stored.slice(ownKeyMark.length) : stored;

export const isOwnKeyModel = (stored: string): boolean => stored.startsWith(ownKeyMark);

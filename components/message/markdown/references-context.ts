"use client";

import { createContext } from "react";

/** What the references of an answer lead to. */
export type References = {
  readonly destinations: ReadonlyMap<string, string>;
  readonly live: boolean;
  /** Sites to which the links of this answer carry a text in pieces. */
  readonly crowded: readonly string[];
  /** Labels to which something refers. */
  readonly used: readonly string[];
  /** The numbers of the notes to which something refers, by their label. */
  readonly numbers: ReadonlyMap<string, number>;
  /** What the ids of this answer begin with. */
  readonly id: string;
};

export const ReferencesContext = createContext<References>({
  destinations: new Map(),
  live: false,
  crowded: [],
  used: [],
  numbers: new Map(),
  id: "",
});

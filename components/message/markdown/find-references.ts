import type { Block } from "./block.ts";
import { normalLabel } from "./definition.ts";

type Footnote = Extract<Block, { type: "footnote" }>;
type Found =
  | { readonly type: "label" | "note"; readonly label: string }
  | { readonly type: "footnote"; readonly note: Footnote; readonly inside: readonly Found[] };

export type FoundReferences = {
  /** Labels of definitions, and the notes with their numbers: in the order in which they are referred to. */
  readonly used: readonly string[];
  readonly notes: readonly Footnote[];
};

const noneFound: readonly Found[] = [];
const foundBefore = new WeakMap<object, readonly Found[]>();

/**
 * What an answer refers to. What has settled of it is the same object, and read once (as in
 * crowded-sites.ts).
 */
export function findReferences(blocks: object): FoundReferences {
  const found = foundIn(blocks);
  if (found.length === 0) return { used: [], notes: [] };
  const labels = new Set<string>();
  const marks: string[] = [];
  const footnotes = new Map<string, Extract<Found, { type: "footnote" }>>();
  // A note's own references count where the note stands: at the end.
  const collect = (each: Found): void => {
    if (each.type === "footnote") {
      if (!footnotes.has(each.note.label)) footnotes.set(each.note.label, each);
    } else if (each.type === "label") labels.add(each.label);
    else marks.push(each.label);
  };
  for (const each of found) collect(each);
  const notes = new Map<string, Footnote>();
  for (let mark = marks.shift(); mark !== undefined; mark = marks.shift()) {
    const footnote = footnotes.get(mark);
    if (!footnote || notes.has(mark)) continue;
    notes.set(mark, footnote.note);
    for (const each of footnote.inside) collect(each);
  }
  return { used: [...labels], notes: [...notes.values()] };
}

function foundIn(node: unknown): readonly Found[] {
  if (typeof node !== "object" || node === null || "text" in node) return noneFound;
  // It names itself.
  if ("type" in node && node.type === "definition") return noneFound;
  const before = foundBefore.get(node);
  if (before) return before;
  const found: Found[] = [];
  for (const value of Object.values(node))
    if (typeof value === "object") for (const each of foundIn(value)) found.push(each);
  if ("type" in node && "label" in node && typeof node.label === "string") {
    if (node.type === "reference") found.push({ type: "label", label: normalLabel(node.label) });
    if (node.type === "note") found.push({ type: "note", label: normalLabel(node.label) });
    // A block of block.ts: noneFound else has this type.
    if (node.type === "footnote") return [{ type: "footnote", note: node as Footnote, inside: found }];
  }
  if (found.length === 0) return Array.isArray(node) ? keepFound(node, noneFound) : noneFound;
  return Array.isArray(node) ? keepFound(node, found) : found;
}

function keepFound(node: object, found: readonly Found[]): readonly Found[] {
  foundBefore.set(node, found);
  return found;
}

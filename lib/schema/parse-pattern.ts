/*
 * A regular expression with the flag `u`, which is known to be valid, as a tree. Owns what of it can be
 * matched in one pass over a text: everything but looking around, what a group has matched before, and flags
 * within.
 */

export type PatternNode =
  /** One character that the expression `source` takes by itself. */
  | { type: "character"; source: string }
  | { type: "edge"; edge: "start" | "end" | "word" | "no word" }
  | { type: "sequence"; nodes: readonly PatternNode[] }
  | { type: "choice"; nodes: readonly PatternNode[] }
  | { type: "repeat"; node: PatternNode; min: number; max: number };

/** Undefined: it needs more than one pass. */
export function parsePattern(source: string): PatternNode | undefined {
  let at = 0;

  function take(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, "uy");
    sticky.lastIndex = at;
    const found = sticky.exec(source)?.[0];
    at += found?.length ?? 0;
    return found;
  }

  function choice(): PatternNode | undefined {
    const nodes: PatternNode[] = [];
    do {
      const node = sequence();
      if (!node) return undefined;
      nodes.push(node);
    } while (take(/\|/) !== undefined);
    return { type: "choice", nodes };
  }

  function sequence(): PatternNode | undefined {
    const nodes: PatternNode[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") {
      const node = atom();
      if (!node) return undefined;
      nodes.push(repeated(node));
    }
    return { type: "sequence", nodes };
  }

  function atom(): PatternNode | undefined {
    const edge = take(/\^|\$|\\b|\\B/);
    if (edge !== undefined) return { type: "edge", edge: edges[edge] ?? "start" };
    if (take(/\((?!\?)|\(\?:|\(\?<(?![=!])[^>]*>/) !== undefined) {
      const node = choice();
      at += 1;
      return node;
    }
    const character = take(oneCharacter);
    return character === undefined ? undefined : { type: "character", source: character };
  }

  function repeated(node: PatternNode): PatternNode {
    const quantifier = take(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/);
    if (quantifier === undefined) return node;
    const [min, max] = boundsOf(quantifier);
    return { type: "repeat", node, min, max };
  }

  const tree = choice();
  return at === source.length ? tree : undefined;
}

const edges: Readonly<Record<string, "start" | "end" | "word" | "no word">> = {
  ...{ "^": "start", $: "end", "\\b": "word", "\\B": "no word" },
};

/** A class, an escape but those of groups, or any character that means itself. */
const oneCharacter =
  /\[(?:\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u\{[\da-fA-F]+\}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\c[A-Za-z]|\\[^k1-9bB]|[^\\()[\]{}*+?^$|]/;

function boundsOf(quantifier: string): [min: number, max: number] {
  const [mark] = quantifier;
  if (mark === "*") return [0, Infinity];
  if (mark === "+") return [1, Infinity];
  if (mark === "?") return [0, 1];
  const [, min = "", comma, max = ""] = /\{(\d+)(,?)(\d*)/.exec(quantifier) ?? [];
  return [Number(min), comma === "" ? Number(min) : max === "" ? Infinity : Number(max)];
}

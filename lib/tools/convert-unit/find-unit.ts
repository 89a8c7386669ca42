import { unitPrefixes } from "./unit-prefixes.ts";
import { type UnitEntry, unitTable } from "./unit-table.ts";

/** A unit with its prefix. */
export interface NamedUnit {
  readonly entry: UnitEntry;
  /** Of its prefix, an expression of the calculator; "1" without one. */
  readonly prefixFactor: string;
}

/** What several units are called. */
const ambiguous: Readonly<Record<string, string>> = {
  ton: "tonne, short ton or long ton",
  tons: "tonne, short ton or long ton",
};

const currencies =
  /^(usd|eur|gbp|jpy|cny|rmb|chf|inr|krw|btc|us\$|[$€£¥]|dollars?|euros?|yen|yuan|renminbi|元|人民币|美元|欧元|日元)$/i;

/**
 * The unit of a symbol, as `km`, or of a name, as `kilometres`. Undefined: there is none. Throws an error in
 * words for what is short for several units, or for money.
 */
export function findUnit(text: string): NamedUnit | undefined {
  const name = text.toLowerCase();
  const others = Object.hasOwn(ambiguous, name) ? ambiguous[name] : undefined;
  if (others !== undefined) throw new Error(`"${text}" is ambiguous: name ${others}`);
  if (currencies.test(text))
    throw new Error("money has no fixed rate of exchange, and none can be looked up here");
  const symbols = bySymbol();
  return symbols.get(text) ?? byName().get(name) ?? byName().get(singular(name)) ?? inAnyCase(text, symbols);
}

/** `Kg` is a kilogram; `MM` may be a millimetre or a megametre, and is neither. */
function inAnyCase(text: string, symbols: ReadonlyMap<string, NamedUnit>): NamedUnit | undefined {
  const wanted = text.toLowerCase();
  const found = [...symbols].filter(([symbol]) => symbol.toLowerCase() === wanted);
  if (found.length > 1)
    throw new Error(`"${text}" is ambiguous: write ${found.map(([symbol]) => symbol).join(" or ")}`);
  return found[0]?.[1];
}

function singular(name: string): string {
  if (name.endsWith("es") && byName().has(name.slice(0, -2))) return name.slice(0, -2);
  // Of several words the first may be the plural: metres per second are read apart.
  return name.replace(/s$/, "").replace(/^(\p{L}+?)s (per|of) /u, "$1 $2 ");
}

type UnitMap = ReadonlyMap<string, NamedUnit>;
let symbolMap: UnitMap | undefined;
let nameMap: UnitMap | undefined;

const bySymbol = (): UnitMap => (symbolMap ??= mapOf(({ symbols }) => symbols, "symbol"));
const byName = (): UnitMap => (nameMap ??= mapOf(({ names }) => names, "name"));

/** Units without a prefix come first, and of those with one symbol the first. */
function mapOf(textsOf: (entry: UnitEntry) => readonly string[], kind: "symbol" | "name"): UnitMap {
  const found = new Map<string, NamedUnit>();
  const keep = (text: string, named: NamedUnit) => found.has(text) || found.set(text, named);
  for (const entry of unitTable) for (const text of textsOf(entry)) keep(text, { entry, prefixFactor: "1" });
  for (const entry of unitTable) {
    const prefixes = entry.prefixes === undefined ? [] : unitPrefixes[entry.prefixes];
    for (const text of textsOf(entry).filter((each) => kind === "symbol" || /^\p{Script=Latin}/u.test(each)))
      for (const prefix of prefixes) keep(prefix[kind] + text, { entry, prefixFactor: prefix.factor });
  }
  return found;
}

/** A prefix of units: how many of the unit it makes, as an expression of the calculator. */
export interface UnitPrefix {
  readonly symbol: string;
  readonly name: string;
  readonly factor: string;
}

const prefix = (symbol: string, name: string, factor: string): UnitPrefix => ({ symbol, name, factor });

/** Those of multiples by a thousand, which alone are said of bits and bytes. */
const multiplesOfThousand: readonly UnitPrefix[] = [
  prefix("k", "kilo", "1e3"),
  prefix("M", "mega", "1e6"),
  prefix("G", "giga", "1e9"),
  prefix("T", "tera", "1e12"),
  prefix("P", "peta", "1e15"),
  prefix("E", "exa", "1e18"),
];

/** Of the International System. */
const ofTen: readonly UnitPrefix[] = [
  ...multiplesOfThousand,
  prefix("h", "hecto", "1e2"),
  prefix("da", "deca", "1e1"),
  prefix("d", "deci", "1e-1"),
  prefix("c", "centi", "1e-2"),
  prefix("m", "milli", "1e-3"),
  prefix("µ", "micro", "1e-6"),
  prefix("μ", "micro", "1e-6"),
  prefix("u", "micro", "1e-6"),
  prefix("n", "nano", "1e-9"),
  prefix("p", "pico", "1e-12"),
  prefix("f", "femto", "1e-15"),
  prefix("a", "atto", "1e-18"),
];

const ofData: readonly UnitPrefix[] = [
  ...multiplesOfThousand,
  prefix("K", "kilo", "1e3"),
  prefix("Ki", "kibi", "2^10"),
  prefix("Mi", "mebi", "2^20"),
  prefix("Gi", "gibi", "2^30"),
  prefix("Ti", "tebi", "2^40"),
  prefix("Pi", "pebi", "2^50"),
  prefix("Ei", "exbi", "2^60"),
];

/** The prefixes that a unit takes. */
export const unitPrefixes = { decimal: ofTen, binary: ofData } as const;

import { evaluateExpression } from "../calculator/evaluate-expression.ts";
import { divide, type ExactNumber, exactly, multiply, raise } from "../calculator/exact-number.ts";
import { findUnit, type NamedUnit } from "./find-unit.ts";
import type { BaseQuantity, Dimensions } from "./unit-table.ts";

/** A unit, or a product of units. */
export interface ReadUnit {
  /** How many of the base units it is. */
  readonly factor: ExactNumber;
  readonly dimensions: Dimensions;
  /** Of a temperature alone: how many of the unit its zero is above the absolute noUnit. */
  readonly offset?: ExactNumber;
}

const maxUnitLength = 100;
const maxPower = 9;

const noUnit: ReadUnit = { factor: exactly(1), dimensions: {} };

/**
 * Reads a unit as it is written: `km/h`, `kilometres per hour`, `kg*m^2/s^2`, `W/(m²·K)`, `L/100km`, `平方米`.
 * Throws an error in words.
 */
export function readUnit(text: string): ReadUnit {
  if (text.length > maxUnitLength) throw new Error(`a unit has at most ${maxUnitLength} characters`);
  const parts = text
    .normalize("NFC")
    .replace(/\bper\b|每/g, "/")
    .replace(/[⁻⁰¹²³⁴-⁹]+/g, (raised) => `^${[...raised].map((each) => plainOf[each] ?? "").join("")}`)
    .split(/([*·×⋅/()^])/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const reader = createPartReader(parts, text);
  const unit = reader.product();
  reader.end();
  return unit;
}

const plainOf: Readonly<Record<string, string>> = {
  "⁻": "-",
  ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((digit, at) => [digit, String(at)])),
};

function createPartReader(parts: readonly string[], text: string) {
  let at = 0;
  const unreadable = () =>
    new Error(`"${text}" cannot be read as a unit: write it as km/h, kg*m/s^2 or L/100km`);

  function product(): ReadUnit {
    let unit = factor();
    for (;;) {
      const sign = parts[at];
      if (sign === undefined || sign === ")") return unit;
      at += 1;
      if (sign === "/") unit = combine(unit, factor(), -1);
      else if (sign === "(" || sign === "^" || !/^[*·×⋅]$/.test(sign)) throw unreadable();
      else unit = combine(unit, factor(), 1);
    }
  }

  function factor(): ReadUnit {
    const part = parts[at];
    at += 1;
    if (part === undefined || /^[*·×⋅/)^]$/.test(part)) throw unreadable();
    const unit = part === "(" ? inParentheses() : unitOf(part);
    if (parts[at] !== "^") return unit;
    const power = Number(parts[at + 1]);
    at += 2;
    if (!Number.isInteger(power) || Math.abs(power) > maxPower) throw unreadable();
    return toPower(unit, power);
  }

  function inParentheses(): ReadUnit {
    const unit = product();
    if (parts[at] !== ")") throw unreadable();
    at += 1;
    return unit;
  }

  function end(): void {
    if (at < parts.length) throw unreadable();
  }

  return { product, end };
}

/** `km`, `square kilometres`, `m2`, `100 km`, `N m`. */
function unitOf(text: string): ReadUnit {
  const named = findUnit(text);
  if (named) return ofNamed(named);
  const counted = /^(\d{1,12}(?:\.\d{1,12})?)\s*(.*)$/.exec(text);
  if (counted) return { ...noUnit, ...scaled(counted[2] ? unitOf(counted[2]) : noUnit, counted[1] ?? "1") };
  const [, word, of] =
    /^(square|sq\.?|cubic|cu\.?)\s+(.+)$/i.exec(text) ?? /^(平方|立方)(.+)$/.exec(text) ?? [];
  if (word !== undefined && of !== undefined) return toPower(unitOf(of), /^(sq|平)/i.test(word) ? 2 : 3);
  const raised = /^(.*\D)(-?\d)$/.exec(text);
  if (raised?.[1]) return toPower(unitOf(raised[1].trim()), Number(raised[2]));
  const words = text.split(/\s+/);
  if (words.length > 1) return words.map(unitOf).reduce((unit, each) => combine(unit, each, 1));
  throw new Error(`there is no unit "${text}"`);
}

function ofNamed({ entry, prefixFactor }: NamedUnit): ReadUnit {
  const factor = multiply(evaluateExpression(entry.factor), evaluateExpression(prefixFactor));
  const { dimensions, offset } = entry;
  return { factor, dimensions, ...(offset !== undefined && { offset: evaluateExpression(offset) }) };
}

function scaled({ factor, dimensions }: ReadUnit, count: string): ReadUnit {
  return { factor: multiply(factor, evaluateExpression(count)), dimensions };
}

function toPower({ factor, dimensions }: ReadUnit, power: number): ReadUnit {
  return { factor: raise(factor, power), dimensions: addPowers({}, dimensions, power) };
}

function combine(a: ReadUnit, b: ReadUnit, sign: 1 | -1): ReadUnit {
  return {
    factor: sign === 1 ? multiply(a.factor, b.factor) : divide(a.factor, b.factor),
    dimensions: addPowers(a.dimensions, b.dimensions, sign),
  };
}

function addPowers(a: Dimensions, b: Dimensions, times: number): Dimensions {
  // Cast: the keys of both are base quantities.
  const quantities = [...new Set([...Object.keys(a), ...Object.keys(b)])] as BaseQuantity[];
  const powers = quantities.map((each) => [each, (a[each] ?? 0) + times * (b[each] ?? 0)] as const);
  return Object.fromEntries(powers.filter(([, power]) => power !== 0));
}

import { z } from "zod";
import { evaluateExpression } from "./calculator/evaluate-expression.ts";
import { add, divide, type ExactNumber, exactly, multiply, subtract } from "./calculator/exact-number.ts";
import { maxExpressionLength } from "./calculator/expression-tokens.ts";
import { formatNumber } from "./calculator/format-number.ts";
import { type ReadUnit, readUnit } from "./convert-unit/read-unit.ts";
import type { BaseQuantity, Dimensions } from "./convert-unit/unit-table.ts";
import { defineTool } from "./define-tool.ts";

const unit = z.string().min(1).max(100);

/** Converts a quantity from one unit to another, exactly where the units are defined exactly. */
export const convertUnit = defineTool({
  name: "convert_unit",
  description:
    "Converts a quantity from one unit to another: lengths, areas, volumes, masses, times, speeds, temperatures, " +
    "energy, power, pressure, angles, data, and products of units such as kg*m/s^2 or L/100km. No currencies.",
  effect: "read",
  input: z.object({
    value: z
      .union([z.number(), z.string().min(1).max(maxExpressionLength)])
      .describe("How many; a number, or an expression of the calculator such as 1/3."),
    from: unit.describe("The unit of the value: km/h, °F, square feet, 斤."),
    to: unit.describe("The unit to convert to."),
  }),
  run: ({ value, from, to }) => {
    const [source, target] = [readUnit(from), readUnit(to)];
    const amount = evaluateExpression(String(value));
    if (isEqual(source.dimensions, target.dimensions))
      return { ...formatNumber(converted(amount, source, target)), unit: to };
    // Litres per 100 kilometres and miles per gallon: the more of the one, the less of the other.
    if (isEqual(source.dimensions, inverse(target.dimensions)))
      return {
        ...formatNumber(divide(exactly(1), multiply(multiply(amount, source.factor), target.factor))),
        unit: to,
      };
    throw new Error(
      `${from} measures ${quantityOf(source.dimensions)} and ${to} measures ${quantityOf(target.dimensions)}`,
    );
  },
});

function converted(amount: ExactNumber, source: ReadUnit, target: ReadUnit): ExactNumber {
  const absolute = source.offset ? add(amount, source.offset) : amount;
  const result = divide(multiply(absolute, source.factor), target.factor);
  return target.offset ? subtract(result, target.offset) : result;
}

// Cast: the keys are base quantities.
const powersOf = (dimensions: Dimensions) => Object.entries(dimensions) as [BaseQuantity, number][];

const isEqual = (a: Dimensions, b: Dimensions): boolean =>
  powersOf(a).every(([quantity, power]) => b[quantity] === power) &&
  powersOf(a).length === powersOf(b).length;

const inverse = (dimensions: Dimensions): Dimensions =>
  Object.fromEntries(powersOf(dimensions).map(([quantity, power]) => [quantity, -power]));

/** `length/time^2`, or `a plain number`. */
function quantityOf(dimensions: Dimensions): string {
  const write = ([quantity, power]: readonly [string, number]) =>
    Math.abs(power) === 1 ? quantity : `${quantity}^${Math.abs(power)}`;
  const above = powersOf(dimensions)
    .filter(([, power]) => power > 0)
    .map(write)
    .join("*");
  const below = powersOf(dimensions)
    .filter(([, power]) => power < 0)
    .map((each) => `/${write(each)}`)
    .join("");
  return above + below === "" ? "a plain number" : `${above || "1"}${below}`;
}

import { Decimal } from "decimal.js";
import { CalculationError } from "./calculation-error.ts";
import {
  add,
  compareNumbers,
  costOf,
  divide,
  type ExactNumber,
  exactly,
  isInteger,
  isZero,
  multiply,
  negate,
  raise,
  rounded,
  roundTo,
  subtract,
  toWorking,
  Working,
  workingDigits,
} from "./exact-number.ts";

/** A function of the calculator: how many arguments it takes, and what it makes of them. */
export interface CalculatorFunction {
  readonly min: number;
  readonly max: number;
  /** In units of about a microsecond, apart from what it spends; absent: 10. */
  readonly cost?: number;
  apply(args: readonly ExactNumber[], spend: Spend): ExactNumber;
}

/** Counts units of work. Throws `CalculationError` once they are too many. */
export type Spend = (units: number) => void;

/** Of `factorial`, `choose` and `permutations`. */
const maxCounted = 1000;
/** Digits of a whole number of which a common divisor is looked for. */
const maxDivisorDigits = 200;
/** Angles beyond it would be reduced with a circle number that has too few digits. */
const maxAngle = 1e15;
const costOfSeries = 250;
/** The library's slowest. */
const costOfArc = 1000;

const pi = Working.acos(-1);

export const calculatorConstants: Readonly<Record<string, () => ExactNumber>> = {
  pi: () => rounded(pi),
  tau: () => rounded(pi.times(2)),
  e: () => rounded(Working.exp(1)),
  phi: () => rounded(Working.sqrt(5).plus(1).div(2)),
};

/** By their names in small letters. */
export const calculatorFunctions: Readonly<Record<string, CalculatorFunction>> = {
  abs: ofOne((x) => absolute(x)),
  sign: ofOne((x) => exactly(compareNumbers(x, exactly(0)))),
  floor: ofOne((x) => roundTo(x, 0, Decimal.ROUND_FLOOR)),
  ceil: ofOne((x) => roundTo(x, 0, Decimal.ROUND_CEIL)),
  trunc: ofOne((x) => roundTo(x, 0, Decimal.ROUND_DOWN)),
  round: {
    min: 1,
    max: 2,
    apply: ([x, decimals]) => roundTo(present(x), placesIn(decimals), Decimal.ROUND_HALF_UP),
  },
  mod: ofTwo(modulo),
  min: folded((least, each) => (compareNumbers(each, least) < 0 ? each : least)),
  max: folded((largest, each) => (compareNumbers(each, largest) > 0 ? each : largest)),
  sum: anyNumber(sumOf),
  mean: anyNumber(meanOf),
  avg: anyNumber(meanOf),
  median: anyNumber(medianOf),
  hypot: anyNumber((args, spend) => rootOf(sumOf(squaresOf(args, spend), spend), 2)),
  sqrt: { ...ofOne((x) => rootOf(x, 2)), cost: costOfSeries },
  cbrt: { ...ofOne((x) => rootOf(x, 3)), cost: costOfSeries },
  root: { ...ofTwo((x, n) => rootOf(x, countIn(n, "a root"))), cost: 3 * costOfSeries },
  pow: { ...ofTwo(power), cost: 3 * costOfSeries },
  exp: series((x) => x.exp()),
  ln: { ...ofOne(naturalLogarithm), cost: costOfSeries },
  log: {
    min: 1,
    max: 2,
    cost: 3 * costOfSeries,
    apply: ([x, base]) => logarithm(present(x), base ?? exactly(10)),
  },
  log10: { ...ofOne((x) => logarithm(x, exactly(10))), cost: 3 * costOfSeries },
  log2: { ...ofOne((x) => logarithm(x, exactly(2))), cost: 3 * costOfSeries },
  sin: series((x) => withoutError(checkedAngle(x).sin())),
  cos: series((x) => withoutError(checkedAngle(x).cos())),
  tan: series(tangent),
  asin: { ...series((x) => x.asin()), cost: costOfArc },
  acos: { ...series((x) => x.acos()), cost: costOfArc },
  atan: { ...series((x) => x.atan()), cost: costOfArc },
  atan2: { ...ofTwo((y, x) => rounded(Working.atan2(toWorking(y), toWorking(x)))), cost: costOfArc },
  sinh: series(hyperbolicSine),
  cosh: series(hyperbolicCosine),
  // Beyond 100 it differs from 1 behind all digits.
  tanh: series((x) => (x.abs().gt(100) ? new Working(x.s) : hyperbolicSine(x).div(hyperbolicCosine(x)))),
  asinh: series((x) => x.asinh()),
  acosh: series((x) => x.acosh()),
  atanh: series((x) => x.atanh()),
  rad: ofOne((degrees) => multiply(degrees, rounded(pi.div(180)))),
  deg: ofOne((radians) => multiply(radians, rounded(Working.div(180, pi)))),
  gcd: anyNumber((args, spend) => divisorOf([exactly(0), ...args], spend)),
  lcm: anyNumber((args, spend) => multipleOf([exactly(1), ...args], spend)),
  factorial: { min: 1, max: 1, apply: ([n], spend) => factorial(present(n), spend) },
  choose: { min: 2, max: 2, apply: combinations },
  ncr: { min: 2, max: 2, apply: combinations },
  permutations: { min: 2, max: 2, apply: permutations },
  npr: { min: 2, max: 2, apply: permutations },
};

/** The base to any power; of a negative base, to a whole one. Throws `CalculationError`. */
export function power(base: ExactNumber, exponent: ExactNumber): ExactNumber {
  if (isInteger(exponent)) {
    if (exponent.top.abs().gt(Number.MAX_SAFE_INTEGER))
      throw new CalculationError("the exponent is too large");
    return raise(base, exponent.top.toNumber());
  }
  if (exponent.isExact && exponent.top.eq(0.5)) return rootOf(base, 2);
  if (base.top.isNeg() && !isZero(base))
    throw new CalculationError(
      "a negative number has no real power with such an exponent; of its roots, try cbrt or root",
    );
  return rounded(toWorking(base).pow(toWorking(exponent)));
}

/** The remainder of a division; it has the sign of the divisor. */
export function modulo(a: ExactNumber, b: ExactNumber): ExactNumber {
  return subtract(a, multiply(b, roundTo(divide(a, b), 0, Decimal.ROUND_FLOOR)));
}

export function factorial(n: ExactNumber, spend: Spend): ExactNumber {
  return productOf(2, countIn(n, "a factorial"), spend);
}

function combinations(args: readonly ExactNumber[], spend: Spend): ExactNumber {
  return divide(permutations(args, spend), factorial(present(args[1]), spend));
}

function permutations([n, k]: readonly ExactNumber[], spend: Spend): ExactNumber {
  const [all, chosen] = [countIn(present(n), "a choice"), countIn(present(k), "a choice")];
  return chosen > all ? exactly(0) : productOf(all - chosen + 1, all, spend);
}

/** Of the whole numbers from the first to the last. */
function productOf(first: number, last: number, spend: Spend): ExactNumber {
  let product = exactly(1);
  for (let factor = first; factor <= last; factor += 1) {
    const next = exactly(factor);
    spend(costOf(product, next));
    product = multiply(product, next);
  }
  return product;
}

/** Exact where the root is a decimal whose power is the number. */
function rootOf(x: ExactNumber, degree: number): ExactNumber {
  if (degree === 0) throw new CalculationError("there is no zeroth root");
  const isNegative = x.top.isNeg() && !isZero(x);
  if (isNegative && degree % 2 === 0)
    throw new CalculationError("a negative number has no real root of that degree");
  const size = toWorking(x).abs();
  const root = degree === 2 ? size.sqrt() : degree === 3 ? size.cbrt() : size.pow(Working.div(1, degree));
  const candidate = exactly(root.toSignificantDigits(workingDigits - 10));
  const magnitude = isNegative ? negate(x) : x;
  const isRoot = x.isExact && compareNumbers(raise(candidate, degree), magnitude) === 0;
  const result = isRoot ? candidate : rounded(root);
  return isNegative ? negate(result) : result;
}

function naturalLogarithm(x: ExactNumber): ExactNumber {
  const value = positive(x);
  return x.isExact && value.eq(1) && isInteger(x) ? exactly(0) : rounded(value.ln());
}

/** Exact where it is a whole number. */
function logarithm(x: ExactNumber, base: ExactNumber): ExactNumber {
  const foundation = toWorking(base);
  if (!foundation.gt(0) || foundation.eq(1))
    throw new CalculationError("the base of a logarithm is a positive number other than 1");
  const result = positive(x).ln().div(foundation.ln());
  const whole = result.round().toNumber();
  const isNearWhole = x.isExact && base.isExact && result.minus(whole).abs().lt(1e-20);
  return isNearWhole && compareNumbers(raise(base, whole), x) === 0 ? exactly(whole) : rounded(result);
}

function positive(x: ExactNumber): Decimal {
  const value = toWorking(x);
  if (!value.gt(0)) throw new CalculationError("only a positive number has a logarithm");
  return value;
}

function tangent(x: Decimal): Decimal {
  const cosine = withoutError(checkedAngle(x).cos());
  if (cosine.isZero()) throw new CalculationError("tan has no value there");
  return withoutError(checkedAngle(x).sin()).div(cosine);
}

/** Of large numbers the library's own series takes long. */
function hyperbolicSine(x: Decimal): Decimal {
  return x.abs().lt(1) ? x.sinh() : x.exp().minus(x.neg().exp()).div(2);
}

function hyperbolicCosine(x: Decimal): Decimal {
  return x.exp().plus(x.neg().exp()).div(2);
}

function checkedAngle(x: Decimal): Decimal {
  if (x.abs().gt(maxAngle))
    throw new CalculationError("the angle is too large: reduce it by whole turns of tau");
  return x;
}

/** `pi` is rounded: what is as small as its error is 0. */
const withoutError = (value: Decimal): Decimal => (value.abs().lt("1e-40") ? new Working(0) : value);

function divisorOf(args: readonly ExactNumber[], spend: Spend): ExactNumber {
  return reduced(args, spend, greatestDivisor);
}

function multipleOf(args: readonly ExactNumber[], spend: Spend): ExactNumber {
  return reduced(args, spend, (a, b) =>
    isZero(a) || isZero(b) ? exactly(0) : absolute(divide(multiply(a, b), greatestDivisor(a, b))),
  );
}

function greatestDivisor(a: ExactNumber, b: ExactNumber): ExactNumber {
  let [divisor, rest] = [wholeIn(a), wholeIn(b)];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return exactly(String(divisor));
}

const absolute = (x: ExactNumber): ExactNumber => (x.top.isNeg() ? negate(x) : x);

function squaresOf(args: readonly ExactNumber[], spend: Spend): ExactNumber[] {
  return args.map((each) => {
    spend(costOf(each, each));
    return multiply(each, each);
  });
}

function sumOf(args: readonly ExactNumber[], spend: Spend): ExactNumber {
  return reduced(args, spend, add);
}

function meanOf(args: readonly ExactNumber[], spend: Spend): ExactNumber {
  return divide(sumOf(args, spend), exactly(args.length));
}

function medianOf(args: readonly ExactNumber[], spend: Spend): ExactNumber {
  const sorted = [...args].sort((a, b) => {
    spend(costOf(a, b));
    return compareNumbers(a, b);
  });
  const upper = Math.floor(sorted.length / 2);
  return meanOf(sorted.slice(sorted.length % 2 === 1 ? upper : upper - 1, upper + 1), spend);
}

function reduced(
  args: readonly ExactNumber[],
  spend: Spend,
  join: (a: ExactNumber, b: ExactNumber) => ExactNumber,
): ExactNumber {
  return args.reduce((a, b) => {
    spend(costOf(a, b));
    return join(a, b);
  });
}

/** A whole number from 0 to `maxCounted`. */
function countIn(n: ExactNumber, what: string): number {
  if (!isInteger(n) || n.top.isNeg() || n.top.gt(maxCounted))
    throw new CalculationError(`${what} takes whole numbers from 0 to ${maxCounted}`);
  return n.top.toNumber();
}

function placesIn(decimals: ExactNumber | undefined): number {
  if (decimals === undefined) return 0;
  if (!isInteger(decimals) || decimals.top.abs().gt(maxCounted))
    throw new CalculationError(`round takes a whole number of decimals, at most ${maxCounted}`);
  return decimals.top.toNumber();
}

function wholeIn(n: ExactNumber): bigint {
  if (!isInteger(n) || n.top.e >= maxDivisorDigits)
    throw new CalculationError(`gcd and lcm take whole numbers of at most ${maxDivisorDigits} digits`);
  return BigInt(n.top.abs().toFixed());
}

function ofOne(apply: (x: ExactNumber) => ExactNumber): CalculatorFunction {
  return { min: 1, max: 1, apply: ([x]) => apply(present(x)) };
}

function ofTwo(apply: (a: ExactNumber, b: ExactNumber) => ExactNumber): CalculatorFunction {
  return { min: 2, max: 2, apply: ([a, b]) => apply(present(a), present(b)) };
}

function anyNumber(apply: CalculatorFunction["apply"]): CalculatorFunction {
  return { min: 1, max: Number.POSITIVE_INFINITY, apply };
}

function folded(join: (a: ExactNumber, b: ExactNumber) => ExactNumber): CalculatorFunction {
  return anyNumber((args, spend) => reduced(args, spend, join));
}

/** A function whose values have no end, but at 0. */
function series(apply: (x: Decimal) => Decimal): CalculatorFunction {
  return {
    ...ofOne((x) => {
      const value = apply(toWorking(x));
      return x.isExact && isZero(x) && value.isInteger() ? exactly(value) : rounded(value);
    }),
    cost: costOfSeries,
  };
}

/** The evaluator has counted the arguments. */
function present(argument: ExactNumber | undefined): ExactNumber {
  if (!argument) throw new CalculationError("an argument is missing");
  return argument;
}

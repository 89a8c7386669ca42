/**
 * Numbers that are exact as long as they can be.
 *
 * Owns: the four operations, powers with whole exponents, comparison and rounding, and when a number stops
 * being exact.
 * Does not own: functions whose values have no end (calculator-functions.ts), nor how an expression is read.
 *
 * 1. A number is a fraction of two decimals, `bottom` > 0; where the division comes out, `bottom` is 1. So
 *    1/3*3 is 1.
 * 2. A number that would need more than `maxDigits` digits is rounded to `workingDigits` and no longer exact;
 *    its `bottom` is 1. Whatever is made of a rounded number is rounded.
 * 3. A number beyond 10^maxExponent, or nearer to 0 than 10^-maxExponent, is an error.
 */

import { Decimal } from "decimal.js";
import { CalculationError } from "./calculation-error.ts";

/** Digits of an exact number. */
export const maxDigits = 500;
/** Digits that a rounded number is calculated with. */
export const workingDigits = 50;
/** Of ten: nothing is larger, or nearer to 0. */
export const maxExponent = 10_000;

export interface ExactNumber {
  readonly top: Decimal;
  readonly bottom: Decimal;
  readonly isExact: boolean;
}

/** Holds every product of two exact numbers whole. */
const Whole = Decimal.clone({ precision: 2 * maxDigits + 2, rounding: Decimal.ROUND_HALF_EVEN });
/** Whatever is made of its numbers has `workingDigits`. */
export const Working = Decimal.clone({ precision: workingDigits, rounding: Decimal.ROUND_HALF_EVEN });
const wholeOne = new Whole(1);

/** A decimal as an exact number. Throws `CalculationError` if it is too large. */
export function exactly(value: Decimal.Value): ExactNumber {
  const top = new Whole(value);
  return top.precision() > maxDigits ? rounded(top) : { top: checked(top), bottom: wholeOne, isExact: true };
}

/** A value that is rounded already. */
export const rounded = (value: Decimal): ExactNumber => ({
  top: checked(new Working(value).toSignificantDigits(workingDigits)),
  bottom: wholeOne,
  isExact: false,
});

/** The number as one decimal of `workingDigits`. */
export const toWorking = ({ top, bottom }: ExactNumber): Decimal =>
  bottom.eq(1) ? new Working(top).toSignificantDigits(workingDigits) : Working.div(top, bottom);

export const negate = (number: ExactNumber): ExactNumber => ({ ...number, top: number.top.neg() });

export function add(a: ExactNumber, b: ExactNumber): ExactNumber {
  if (!a.isExact || !b.isExact || spanOf(a, b) > maxDigits) return addRounded(a, b);
  return fraction(a.top.times(b.bottom).plus(b.top.times(a.bottom)), a.bottom.times(b.bottom));
}

export const subtract = (a: ExactNumber, b: ExactNumber): ExactNumber => add(a, negate(b));

export function multiply(a: ExactNumber, b: ExactNumber): ExactNumber {
  if ((isZero(a) && a.isExact) || (isZero(b) && b.isExact)) return exactly(0);
  if (!a.isExact || !b.isExact || a.top.precision() + b.top.precision() > 2 * maxDigits)
    return rounded(Working.mul(toWorking(a), toWorking(b)));
  return fraction(a.top.times(b.top), a.bottom.times(b.bottom));
}

export function divide(a: ExactNumber, b: ExactNumber): ExactNumber {
  if (isZero(b)) throw new CalculationError("division by zero");
  if (!a.isExact || !b.isExact) return rounded(Working.div(toWorking(a), toWorking(b)));
  return fraction(a.top.times(b.bottom), a.bottom.times(b.top));
}

/** `base` to the power of a whole number. */
export function raise(base: ExactNumber, exponent: number): ExactNumber {
  if (exponent < 0) return raise(divide(exactly(1), base), -exponent);
  const { top, bottom, isExact } = base;
  const digits = Math.max(digitsToMultiply(top), digitsToMultiply(bottom)) * exponent;
  const exponents = Math.max(Math.abs(top.e), Math.abs(bottom.e)) * exponent;
  if (isExact && digits <= maxDigits && exponents <= 2 * maxExponent)
    return fraction(top.pow(exponent), bottom.pow(exponent));
  return rounded(toWorking(base).pow(exponent));
}

/** Negative, 0 or positive, as `a` is less than, equal to or more than `b`. */
export function compareNumbers(a: ExactNumber, b: ExactNumber): number {
  if (!a.isExact || !b.isExact) return addRounded(a, negate(b)).top.comparedTo(0);
  return a.top.times(b.bottom).comparedTo(b.top.times(a.bottom));
}

export const isZero = ({ top }: ExactNumber): boolean => top.isZero();

/** Whether the number is a whole one, and exact. */
export const isInteger = ({ top, bottom, isExact }: ExactNumber): boolean =>
  isExact && bottom.eq(1) && top.isInteger();

/** The number with at most so many digits behind the point, or, below 0, whole tens, hundreds … */
export function roundTo(number: ExactNumber, decimals: number, mode: Decimal.Rounding): ExactNumber {
  const { top, bottom, isExact } = number;
  // One that does not come out is never halfway between two others: its first digits decide.
  const value = bottom.eq(1) ? top : Whole.div(top, bottom);
  const scale = new Whole(10).pow(decimals);
  const whole = value.times(scale).toDecimalPlaces(0, mode).div(scale);
  const result = exactly(whole);
  return { ...result, isExact: isExact && result.isExact };
}

/** What an operation with the two costs, in about a microsecond: their lengths multiply. */
export function costOf(a: ExactNumber, b: ExactNumber): number {
  const [left, right] = [digitsIn(a), digitsIn(b)];
  const isFraction = !a.bottom.eq(1) || !b.bottom.eq(1);
  // A fraction is divided to the last digit to see whether it comes out.
  return 2 + (left + right) / (isFraction ? 1 : 20) + (left * right) / 1000;
}

const digitsIn = ({ top, bottom }: ExactNumber): number => top.precision() + bottom.precision();

/** 1. */
function fraction(top: Decimal, bottom: Decimal): ExactNumber {
  if (bottom.eq(1)) return exactly(top);
  // A quotient that comes out has at most so many digits: each of the divisor may bring log2(10) more.
  const length = top.precision() + 3.4 * bottom.precision();
  const quotient = (length <= workingDigits ? Working : Whole).div(top, bottom);
  if (quotient.precision() <= maxDigits && Whole.mul(quotient, bottom).eq(top)) return exactly(quotient);
  if (isUnwieldy(top) || isUnwieldy(bottom)) return rounded(Working.div(top, bottom));
  return bottom.isNeg()
    ? { top: top.neg(), bottom: bottom.neg(), isExact: true }
    : { top, bottom, isExact: true };
}

/** What is left of two rounded numbers that are all but equal is their error: none. */
function addRounded(a: ExactNumber, b: ExactNumber): ExactNumber {
  const [left, right] = [toWorking(a), toWorking(b)];
  const sum = Working.add(left, right);
  const largest = Working.max(left.abs(), right.abs());
  return rounded(sum.abs().lt(largest.times(`1e-${workingDigits - 12}`)) ? new Working(0) : sum);
}

/** How many digits the sum of two exact numbers may have. */
function spanOf(a: ExactNumber, b: ExactNumber): number {
  const parts = [a.top, a.bottom, b.top, b.bottom].filter((part) => !part.isZero());
  if (a.bottom.eq(1) && b.bottom.eq(1)) {
    const highest = Math.max(...parts.map((part) => part.e));
    const lowest = Math.min(...parts.map((part) => part.e - part.precision() + 1));
    return highest - lowest + 1;
  }
  return parts.reduce((sum, part) => sum + part.precision() + Math.abs(part.e), 0);
}

/** Digits that each factor of a power adds to it. */
function digitsToMultiply(value: Decimal): number {
  const digits = value.precision();
  const leading = Number(`0.${digitsOf(value).slice(0, 15)}`);
  return Math.max(0, digits + Math.log10(leading));
}

const digitsOf = (value: Decimal): string => value.abs().toExponential().replace(/e.*$/, "").replace(".", "");

/** Calculating with such a fraction would soon cost more than it tells. */
const isUnwieldy = (value: Decimal): boolean =>
  value.precision() > maxDigits / 2 || Math.abs(value.e) > maxDigits;

/** 3. */
function checked(value: Decimal): Decimal {
  if (value.isNaN()) throw new CalculationError("this has no value");
  if (!value.isFinite() || value.e > maxExponent)
    throw new CalculationError(`a number is larger than 10^${maxExponent}`);
  if (value.e < -maxExponent) throw new CalculationError(`a number is nearer to 0 than 10^-${maxExponent}`);
  return value;
}

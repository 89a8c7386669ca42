import { type ExactNumber, toWorking } from "./exact-number.ts";

/** A result: all its digits if it is exact, else so many that are right. */
export interface CalculationResult {
  /** A decimal: `0.3`, `1.5e+60`. */
  readonly result: string;
  /** False: `result` is rounded. */
  readonly isExact: boolean;
  /** Of a rounded result: the same, exactly, as `1/3`. */
  readonly fraction?: string;
}

/** Digits of a rounded result. */
const shownDigits = 30;
/** Digits of each half of a fraction. */
const maxFractionDigits = 30;
/** Zeros that are written out before an exponent is. */
const maxZeros = 40;

/** The number as it is shown. */
export function formatNumber(number: ExactNumber): CalculationResult {
  const { top, bottom } = number;
  const isExact = number.isExact && bottom.eq(1);
  const value = isExact ? top : toWorking(number).toSignificantDigits(shownDigits);
  const fraction = number.isExact && !isExact ? fractionOf(number) : undefined;
  const zeros = value.e < 0 ? -value.e : value.e - value.precision();
  const result = zeros > maxZeros ? value.toExponential() : value.toFixed();
  return { result: value.isZero() ? "0" : result, isExact, ...(fraction !== undefined && { fraction }) };
}

function fractionOf({ top, bottom }: ExactNumber): string | undefined {
  const decimals = Math.max(top.decimalPlaces(), bottom.decimalPlaces());
  if (Math.max(top.e, bottom.e) + decimals > 3 * maxFractionDigits) return undefined;
  const [above, below] = [top, bottom].map((part) => BigInt(part.times(`1e${decimals}`).toFixed()));
  if (above === undefined || below === undefined) return undefined;
  const divisor = divisorOfBoth(above < 0n ? -above : above, below);
  const halves = [above / divisor, below / divisor].map(String);
  return halves.every((half) => half.length <= maxFractionDigits) ? halves.join("/") : undefined;
}

function divisorOfBoth(a: bigint, b: bigint): bigint {
  return b === 0n ? a : divisorOfBoth(b, a % b);
}

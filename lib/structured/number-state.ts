/** How far a number of JSON has come: `-`, `0`, `12`, `1.`, `1.5`, `1e`, `1e-`, `1e-5`. */
export type NumberState = "minus" | "zero" | "integer" | "point" | "fraction" | "e" | "sign" | "exponent";

/** What a character makes of it; undefined: it is not part of the number. `undefined` begins one. */
export function nextNumberState(state: NumberState | undefined, code: number): NumberState | undefined {
  const isDigit = code >= 0x30 && code <= 0x39;
  switch (state) {
    case undefined:
      return code === minus ? "minus" : firstDigit(code, isDigit);
    case "minus":
      return firstDigit(code, isDigit);
    case "integer":
      return isDigit ? "integer" : afterInteger(code);
    case "zero":
      return afterInteger(code);
    case "point":
      return isDigit ? "fraction" : undefined;
    case "fraction":
      return isDigit ? "fraction" : isE(code) ? "e" : undefined;
    case "e":
      return isDigit ? "exponent" : code === minus || code === plus ? "sign" : undefined;
    case "sign":
    case "exponent":
      return isDigit ? "exponent" : undefined;
    default:
      return state satisfies never;
  }
}

/** It could end here. */
export const isWholeNumber = (state: NumberState | undefined): boolean =>
  state === "zero" || state === "integer" || state === "fraction" || state === "exponent";

const minus = 0x2d;
const plus = 0x2b;
const isE = (code: number): boolean => (code | 0x20) === 0x65;

const firstDigit = (code: number, isDigit: boolean): NumberState | undefined =>
  isDigit ? (code === 0x30 ? "zero" : "integer") : undefined;

const afterInteger = (code: number): NumberState | undefined =>
  code === 0x2e ? "point" : isE(code) ? "e" : undefined;

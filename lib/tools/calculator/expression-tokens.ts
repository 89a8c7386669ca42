import { CalculationError } from "./calculation-error.ts";

/** Characters of an expression. */
export const maxExpressionLength = 1000;

/** `text` as it is read: signs in their plain form, names in small letters. */
export interface ExpressionToken {
  readonly type: "number" | "name" | "sign" | "end";
  readonly text: string;
}

/** Other ways to write a sign. */
const plainSigns: Readonly<Record<string, string>> = {
  "×": "*",
  "·": "*",
  "⋅": "*",
  "∗": "*",
  "÷": "/",
  "∕": "/",
  "−": "-",
  "–": "-",
  "**": "^",
};

const tokenPattern =
  /\s*(?:(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[a-zA-Z][a-zA-Z\d]*|[π√])|(?<raised>[⁰¹²³⁴-⁹]+)|(?<sign>\*\*|[-+*/^%!(),×·⋅∗÷∕−–]))/uy;

/** Reads an expression in one pass. Throws `CalculationError`. */
export function readTokens(expression: string): ExpressionToken[] {
  if (expression.length > maxExpressionLength)
    throw new CalculationError(
      `the expression has ${expression.length} characters, ${maxExpressionLength} are allowed: split it up`,
    );
  const text = toHalfWidth(expression).trimEnd();
  const tokens: ExpressionToken[] = [];
  let at = 0;
  while (at < text.length) {
    tokenPattern.lastIndex = at;
    const groups = tokenPattern.exec(text)?.groups;
    if (!groups) throw unknownSign(text, at);
    at = tokenPattern.lastIndex;
    tokens.push(...expressionTokensOf(groups));
  }
  return [...tokens, { type: "end", text: "" }];
}

function expressionTokensOf({
  number,
  name,
  raised,
  sign = "",
}: Readonly<Record<string, string | undefined>>): ExpressionToken[] {
  if (number !== undefined) return [{ type: "number", text: number }];
  if (name !== undefined) return [{ type: "name", text: name === "π" ? "pi" : name.toLowerCase() }];
  if (raised === undefined) return [{ type: "sign", text: plainSigns[sign] ?? sign }];
  const digits = [...raised].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)).join("");
  return [
    { type: "sign", text: "^" },
    { type: "number", text: digits },
  ];
}

/** As they are written in Chinese: `（１＋２）`. */
const toHalfWidth = (text: string): string =>
  text.replace(/[！-～]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)).replace(/　/g, " ");

function unknownSign(text: string, at: number): CalculationError {
  const [character = ""] = text.slice(at).trimStart();
  return new CalculationError(
    `"${character}" is no part of an expression: write numbers, + - * / ^ % !, parentheses and functions`,
  );
}

/**
 * Reads and calculates an expression in one pass.
 *
 * Owns: the grammar, and the bounds on how deep an expression nests and how much work it is.
 * Does not own: what numbers and functions are (exact-number.ts, calculator-functions.ts).
 *
 *   sum      = product (("+" | "-") product)*
 *   product  = signed (("*" | "/" | "%" | "mod" | "of") signed)*
 *   signed   = ("+" | "-") signed | power
 *   power    = postfix ("^" signed)?                        -2^2 is -4, 2^3^2 is 2^9
 *   postfix  = primary ("!" | "%")*                         "%" before an operand is the remainder
 *   primary  = number | constant | function "(" sum ("," sum)* ")" | "√" primary | "(" sum ")"
 */

import { CalculationError } from "./calculation-error.ts";
import {
  calculatorConstants,
  calculatorFunctions,
  factorial,
  modulo,
  power,
} from "./calculator-functions.ts";
import {
  add,
  costOf,
  divide,
  type ExactNumber,
  exactly,
  maxDigits,
  maxExponent,
  multiply,
  negate,
  subtract,
} from "./exact-number.ts";
import { type ExpressionToken, readTokens } from "./expression-tokens.ts";

/** How deep parentheses, functions, signs and exponents nest. */
const maxNesting = 50;
/** Units of about a microsecond. */
const maxWork = 4000;

/** The value of the expression. Throws `CalculationError`; never takes longer than a few milliseconds. */
export function evaluateExpression(expression: string): ExactNumber {
  const reader = createTokenReader(readTokens(expression));
  if (reader.next().type === "end") throw new CalculationError("the expression is empty");
  const value = createExpressionParser(reader).sum();
  const rest = reader.next();
  if (rest.type === "end") return value;
  throw unexpected(rest, "there is a closing parenthesis too many");
}

interface TokenReader {
  next(): ExpressionToken;
  /** The one after `next`. */
  afterNext(): ExpressionToken;
  take(): ExpressionToken;
  /** Takes the next token if it is one of these signs or names. */
  takeIf(...texts: readonly string[]): string | undefined;
}

const endToken: ExpressionToken = { type: "end", text: "" };

function createTokenReader(tokens: readonly ExpressionToken[]): TokenReader {
  let at = 0;
  const next = () => tokens[at] ?? endToken;
  const take = () => {
    at += 1;
    return tokens[at - 1] ?? endToken;
  };
  return {
    next,
    afterNext: () => tokens[at + 1] ?? endToken,
    take,
    takeIf: (...texts) => (next().type !== "number" && texts.includes(next().text) ? take().text : undefined),
  };
}

function createExpressionParser(reader: TokenReader) {
  let work = 0;
  let nesting = 0;

  function spend(units: number): void {
    work += units;
    if (work > maxWork) throw new CalculationError("the expression is too much work: split it up");
  }

  function sum(): ExactNumber {
    let value = product();
    for (;;) {
      const sign = reader.takeIf("+", "-");
      if (sign === undefined) return value;
      const other = product();
      spend(costOf(value, other));
      value = sign === "+" ? add(value, other) : subtract(value, other);
    }
  }

  function product(): ExactNumber {
    let value = signed();
    for (;;) {
      const sign = reader.takeIf("*", "/", "%", "mod", "of");
      if (sign === undefined) return value;
      const other = signed();
      spend(costOf(value, other));
      value = applyTo(sign, value, other);
    }
  }

  function signed(): ExactNumber {
    nesting += 1;
    if (nesting > maxNesting)
      throw new CalculationError(`the expression nests deeper than ${maxNesting} levels`);
    const sign = reader.takeIf("+", "-");
    const value = sign === undefined ? raised() : signed();
    nesting -= 1;
    return sign === "-" ? negate(value) : value;
  }

  function raised(): ExactNumber {
    const base = postfix();
    if (reader.takeIf("^") === undefined) return base;
    const exponent = signed();
    spend(costOfPower(base, exponent));
    return power(base, exponent);
  }

  function postfix(): ExactNumber {
    let value = primary();
    for (;;) {
      if (reader.takeIf("!") !== undefined) {
        value = factorial(value, spend);
      } else if (reader.next().text === "%" && !beginsOperand(reader.afterNext())) {
        reader.take();
        value = divide(value, exactly(100));
      } else return value;
    }
  }

  function primary(): ExactNumber {
    const token = reader.take();
    if (token.type === "number") return numberIn(token.text);
    if (token.type === "name") return token.text === "√" ? call("sqrt", [postfix()]) : named(token.text);
    if (token.text === "(") {
      const value = sum();
      close();
      return value;
    }
    throw missingOperand(token);
  }

  function named(name: string): ExactNumber {
    const constant = Object.hasOwn(calculatorConstants, name) ? calculatorConstants[name] : undefined;
    if (constant) return constant();
    if (!Object.hasOwn(calculatorFunctions, name))
      throw new CalculationError(`"${name.slice(0, 40)}" is no function or constant of the calculator`);
    if (reader.takeIf("(") === undefined)
      throw new CalculationError(`write the arguments of ${name} in parentheses: ${name}(…)`);
    if (reader.takeIf(")") !== undefined) return call(name, []);
    const args = [sum()];
    while (reader.takeIf(",") !== undefined) args.push(sum());
    close();
    return call(name, args);
  }

  function call(name: string, args: readonly ExactNumber[]): ExactNumber {
    const called = calculatorFunctions[name];
    if (!called || args.length < called.min || args.length > called.max)
      throw new CalculationError(`${name} does not take ${args.length} arguments`);
    spend(called.cost ?? 10);
    return called.apply(args, spend);
  }

  function close(): void {
    if (reader.takeIf(")") !== undefined) return;
    throw unexpected(reader.next(), "");
  }

  return { sum };
}

function applyTo(sign: string, a: ExactNumber, b: ExactNumber): ExactNumber {
  switch (sign) {
    case "/":
      return divide(a, b);
    case "%":
    case "mod":
      return modulo(a, b);
    default:
      return multiply(a, b);
  }
}

function numberIn(text: string): ExactNumber {
  const exponent = Number(/e(.*)$/i.exec(text)?.[1] ?? 0);
  if (Math.abs(exponent) > 2 * maxExponent)
    throw new CalculationError(`the exponent of ${text.slice(0, 40)} is beyond ${maxExponent}`);
  return exactly(text);
}

const beginsOperand = ({ type, text }: ExpressionToken): boolean =>
  type === "number" || text === "(" || (type === "name" && text !== "of" && text !== "mod");

function costOfPower(base: ExactNumber, exponent: ExactNumber): number {
  const isSmall = exponent.top.isInteger() && exponent.top.abs().lt(maxDigits);
  return isSmall ? 50 + 10 * costOf(base, base) : 700;
}

function missingOperand({ type, text }: ExpressionToken): CalculationError {
  if (type === "end")
    return new CalculationError("the expression is incomplete: an operand is missing at its end");
  return new CalculationError(`an operand is missing before "${text}"`);
}

/** Of what follows a whole operand. */
function unexpected({ type, text }: ExpressionToken, ofParenthesis: string): CalculationError {
  if (type === "end") return new CalculationError("a parenthesis is not closed");
  if (text === ")") return new CalculationError(ofParenthesis);
  if (text === ",")
    return new CalculationError(
      "a comma only separates the arguments of a function: write 1234.5, not 1,234.5",
    );
  return new CalculationError(
    `an operator is missing before "${text.slice(0, 40)}": write * where you mean a product`,
  );
}

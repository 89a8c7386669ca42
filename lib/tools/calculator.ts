import { z } from "zod";
import { evaluateExpression } from "./calculator/evaluate-expression.ts";
import { maxExpressionLength } from "./calculator/expression-tokens.ts";
import { formatNumber } from "./calculator/format-number.ts";
import { defineTool } from "./define-tool.ts";

/** Calculates an expression, exactly as far as that is possible; what is rounded says so. */
export const calculator = defineTool({
  name: "calculator",
  description:
    "Calculates an expression exactly. Use it for every calculation instead of calculating yourself. " +
    "Operators: + - * / ^ ! and %, which is a percentage (15% of 80) or, before an operand, the remainder. " +
    "Functions: sqrt cbrt root pow exp ln log log10 log2 sin cos tan asin acos atan atan2 (in radians) rad deg " +
    "sinh cosh tanh abs sign floor ceil trunc round mod min max sum mean median hypot gcd lcm factorial choose npr. " +
    "Constants: pi tau e phi. No variables, no thousands separators.",
  effect: "read",
  input: z.object({
    expression: z.string().max(maxExpressionLength).describe("Such as (1 + 0.05)^10 * 2500."),
  }),
  run: ({ expression }) => formatNumber(evaluateExpression(expression)),
});

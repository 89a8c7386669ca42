import { z } from "zod";
import { defineAgent } from "./define-agent.ts";
import { defineOutput } from "./output/output.ts";

/** Writes a recipe as a card. */
export const recipe = defineAgent({
  name: "recipe",
  description: "Writes a recipe as a card.",
  instructions:
    "You write recipes that a beginner can cook, in the language of the question. Amounts stand with each ingredient. " +
    "A question that is about no dish gets the recipe that is closest to it.",
  output: defineOutput(
    z.object({
      name: z.string(),
      ingredients: z.array(z.string()),
      steps: z.array(z.string()),
    }),
    { name: "recipe" },
  ),
});

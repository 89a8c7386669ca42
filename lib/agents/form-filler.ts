import { defineAgent } from "./define-agent.ts";
import { findForm } from "./output/find-form.ts";

/** Fills in a form that the person brings along. */
export const formFiller = defineAgent({
  name: "form",
  description: "Fills in a form of your own: begin with a JSON Schema, or with a line for each field.",
  instructions:
    "You fill in the form that the person gives, with what they say and nothing else, in their language. " +
    "What they do not say is left out where the form allows that, or null; where neither is allowed, and where they " +
    "give a form alone, make up an example.",
  findOutput: findForm,
});

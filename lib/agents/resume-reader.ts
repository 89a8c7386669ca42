import { z } from "zod";
import { defineAgent } from "./define-agent.ts";
import { defineOutput } from "./output/output.ts";

const optionalText = z.string().nullable();

/** Reads a pasted résumé into fields. */
export const resumeReader = defineAgent({
  name: "resume",
  description: "Reads a pasted résumé into fields.",
  instructions:
    "You read what a person pastes as a résumé, and give back what stands in it, in its language: nothing is made up. " +
    "What it does not say is null, or an empty list.",
  output: defineOutput(
    z.object({
      name: z.string(),
      title: optionalText,
      email: optionalText,
      location: optionalText,
      experience: z.array(
        z.object({ company: z.string(), role: z.string(), from: optionalText, to: optionalText }),
      ),
      education: z.array(z.object({ school: z.string(), degree: optionalText, year: z.int().nullable() })),
      skills: z.array(z.string()),
      languages: z.array(
        z.object({ language: z.string(), level: z.enum(["native", "fluent", "good", "basic"]).nullable() }),
      ),
    }),
    { name: "resume" },
  ),
});

import type { Agent } from "./agent.ts";
import { assistant } from "./assistant.ts";
import { formFiller } from "./form-filler.ts";
import { recipe } from "./recipe.ts";
import { resumeReader } from "./resume-reader.ts";

/** Every agent that can be asked, the one that answers when a request names none first. */
export const agents: readonly Agent[] = [assistant, recipe, resumeReader, formFiller];

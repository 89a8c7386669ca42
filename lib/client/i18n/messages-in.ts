import { en } from "./en.ts";
import type { Language, Messages } from "./messages.ts";
import { zh } from "./zh.ts";

/** The messages of a language. For the server alone: the page is given those of one language. */
export const messagesIn = (language: Language): Messages => ({ en, zh })[language];

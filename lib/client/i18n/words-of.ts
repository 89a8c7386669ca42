import { en } from "./en.ts";
import type { Language, Words } from "./words.ts";
import { zh } from "./zh.ts";

/** All words of a language. For the server alone: the page is given the words of one. */
export const wordsOf = (language: Language): Words => ({ en, zh })[language];

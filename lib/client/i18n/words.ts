import type { en } from "./en.ts";

/** The words of one language. Every language has every key: a missing one is a type error. */
export type Words = Readonly<Record<keyof typeof en, string>>;

export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];

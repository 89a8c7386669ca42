import type { en } from "./en.ts";

/** What the page says in one language. Every language has every key: a missing one is a type error. */
export type Messages = Readonly<Record<keyof typeof en, string>>;

export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];

import { maxTokensOfSpender } from "../limit-store.ts";

/** Tokens as a store adds them up: whole, and from 0 to `maxTokensOfSpender`. */
export const spentTokens = (tokens: number): number =>
  Number.isNaN(tokens) ? 0 : Math.min(Math.max(0, Math.ceil(tokens)), maxTokensOfSpender);

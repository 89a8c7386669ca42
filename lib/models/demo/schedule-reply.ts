import type { DemoReply } from "./demo-script.ts";

/** One delta of a reply: waited for, then sent. */
export interface DemoDelta {
  waitMs: number;
  field: "reasoning_content" | "content";
  text: string;
}

const firstTokenMs = 400;
const usualTokensPerSecond = 50;

/** A reply as a real model would send it: tokens at an uneven pace, the same pace each time. */
export function scheduleReply(reply: DemoReply): DemoDelta[] {
  const text = reply.text.slice(0, reply.breaksAt);
  const jitter = createJitter(reply.text.length);
  const tokenMs = 1000 / (reply.tokensPerSecond ?? usualTokensPerSecond);
  const deltas = [
    ...tokensOf(reply.reasoning ?? "").map((token) => ({ field: "reasoning_content" as const, text: token })),
    ...tokensOf(text).map((token) => ({ field: "content" as const, text: token })),
  ];
  return deltas.map((delta, at) => {
    const isNewLine = deltas[at - 1]?.text.endsWith("\n") ?? false;
    const pause = at === 0 ? firstTokenMs : isNewLine ? (reply.linePauseMs ?? 0) : 0;
    return { ...delta, waitMs: pause + tokenMs * jitter() };
  });
}

/**
 * Cuts as a tokenizer might: up to six letters with the space before them, one or two Chinese characters,
 * line ends.
 */
export const tokensOf = (text: string): string[] =>
  text.match(
    /\n+|[\p{Script=Han}，。！？：；、“”（）]{1,2}|\s?[^\s\p{Script=Han}，。！？：；、“”（）]{1,6}|\s/gu,
  ) ?? [];

/** From 0.6 to 1.4, 1 on average: a linear congruential generator (Numerical Recipes' constants). */
function createJitter(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.6 + (0.8 * state) / 2 ** 32;
  };
}

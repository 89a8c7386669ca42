import { createHash } from "node:crypto";
import type { Limits } from "../runs/run-context.ts";
import type { StartBounds } from "../storage/limit-store.ts";
import { clientAddress } from "./client-address.ts";

interface StartFacts {
  headers: Headers;
  userId: string;
  /** Whether the answer is billed to the server's key. */
  usesKey: boolean;
  limits: Limits;
  trustedProxies: number;
}

/** The limits that a start is checked against. */
export function startBounds({ headers, userId, usesKey, limits, trustedProxies }: StartFacts): StartBounds {
  const { liveRuns: live, tokensPerDay: tokens } = limits;
  return {
    starts: startCounters({ headers, userId, limits, trustedProxies }),
    ...(live !== undefined && { live }),
    ...(usesKey && tokens !== undefined && { tokens }),
  };
}

/** Links to other browsers are as many as questions, and counted apart: what joins by them stays stored. */
export const linkBounds = (facts: Omit<StartFacts, "usesKey">): StartBounds => ({
  starts: startCounters(facts).map(({ who, max }) => ({ who: `link ${who}`, max })),
});

function startCounters({
  headers,
  userId,
  limits: { runsPer10Min: max },
  trustedProxies,
}: Omit<StartFacts, "usesKey">): StartBounds["starts"] {
  if (max === undefined) return [];
  const address = clientAddress(headers, trustedProxies);
  // `owner` is the name of a user in stores that exist.
  return [
    { who: `owner ${userId}`, max },
    ...(address === undefined ? [] : [{ who: `address ${hashOfAddress(address)}`, max }]),
  ];
}

/** The store counts by address without knowing it. */
const hashOfAddress = (address: string): string =>
  createHash("sha256").update(address).digest("hex").slice(0, 32);

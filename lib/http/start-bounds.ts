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
  const { runsPer10Min, liveRuns: live, tokensPerDay: tokens } = limits;
  const address = clientAddress(headers, trustedProxies);
  // `owner` is the name of a user in stores that exist.
  const counted = [
    `owner ${userId}`,
    ...(address === undefined ? [] : [`address ${hashOfAddress(address)}`]),
  ];
  return {
    starts: runsPer10Min === undefined ? [] : counted.map((who) => ({ who, max: runsPer10Min })),
    ...(live !== undefined && { live }),
    ...(usesKey && tokens !== undefined && { tokens }),
  };
}

/** The store counts by address without knowing it. */
const hashOfAddress = (address: string): string =>
  createHash("sha256").update(address).digest("hex").slice(0, 32);

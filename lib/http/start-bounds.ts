import { createHash } from "node:crypto";
import type { Limits } from "../runs/run-context.ts";
import type { StartBounds } from "../storage/limit-store.ts";
import { clientAddress } from "./client-address.ts";

interface Starting {
  headers: Headers;
  userId: string;
  /** Whether the answer is paid for with the server's key. */
  usesKey: boolean;
  limits: Limits;
  trustedProxies: number;
}

/** What a start has to keep within. An address is counted by its hash: the store need not know it. */
export function startBounds({ headers, userId, usesKey, limits, trustedProxies }: Starting): StartBounds {
  const { runsPer10Min, liveRuns: live, tokensPerDay: tokens } = limits;
  const address = clientAddress(headers, trustedProxies);
  const whos = [`owner ${userId}`, ...(address === undefined ? [] : [`address ${hashOf(address)}`])];
  return {
    starts: runsPer10Min === undefined ? [] : whos.map((who) => ({ who, most: runsPer10Min })),
    ...(live !== undefined && { live }),
    ...(usesKey && tokens !== undefined && { tokens }),
  };
}

const hashOf = (address: string): string => createHash("sha256").update(address).digest("hex").slice(0, 32);

import type { ProviderMetadata } from "../../protocol/run-event.ts";
import type { ReasoningContent } from "../model-message.ts";

/** A thought as this wire has it; one that the provider keeps to itself is encrypted. */
export type ThoughtBlock =
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "redacted_thinking"; data: string };

/** What has to be given back with a thought. Signatures are of use where they come from only. */
export const thoughtMetadata = (
  host: string,
  given: { signature: string } | { redactedData: string },
): ProviderMetadata => ({ [thoughtsKey]: { host, ...given } });

/** The thought as `host` gave it; undefined if it is another's. */
export function thoughtBlock(
  { text, providerMetadata }: ReasoningContent,
  host: string,
): ThoughtBlock | undefined {
  const given = providerMetadata[thoughtsKey];
  if (given?.["host"] !== host) return undefined;
  const { signature, redactedData } = given;
  if (typeof redactedData === "string") return { type: "redacted_thinking", data: redactedData };
  return typeof signature === "string" ? { type: "thinking", thinking: text, signature } : undefined;
}

const thoughtsKey = "anthropic";

import type { ProviderMetadata } from "../../protocol/run-event.ts";
import type { JsonFields } from "../fields-of.ts";
import type { ReasoningContent, TextContent } from "../model-message.ts";

/**
 * What has to be given back with a thought: the whole item, if it holds what only its endpoint can read.
 * Without that the endpoint would have to know the item by its id, which it may have forgotten.
 */
export const reasoningMetadata = (host: string, item: JsonFields): ProviderMetadata | undefined =>
  typeof item["encrypted_content"] === "string" && item["encrypted_content"] !== ""
    ? { [itemsKey]: { host, item } }
    : undefined;

/** The item as `host` gave it, unchanged; undefined if it is another's. */
export function reasoningItem({ providerMetadata }: ReasoningContent, host: string): object | undefined {
  const given = providerMetadata[itemsKey];
  const item = given?.["item"];
  return given?.["host"] === host && typeof item === "object" && item !== null ? item : undefined;
}

/** Some models say of a text whether it is a remark on the way or the answer, and want to be reminded. */
export const phaseMetadata = (host: string, { phase }: JsonFields): ProviderMetadata | undefined =>
  typeof phase === "string" ? { [itemsKey]: { host, phase } } : undefined;

export function phaseOf({ providerMetadata }: TextContent, host: string): { phase?: string } {
  const given = providerMetadata?.[itemsKey];
  const phase = given?.["host"] === host ? given["phase"] : undefined;
  return typeof phase === "string" ? { phase } : {};
}

const itemsKey = "openai";

import { isRecord } from "../protocol/is-record.ts";
import type { JsonFields } from "./fields-of.ts";
import { isPing } from "./is-ping.ts";
import { parseLeniently } from "./parse-leniently.ts";
import { badResponse } from "./provider-error.ts";

/**
 * The event in a frame of a wire whose frames are JSON objects; undefined for a frame that says nothing: a
 * ping, a number, and behind the end of the answer whatever cannot be read. Throws for what may have been
 * text: JSON that was cut, and words.
 */
export function parseFrame(
  data: string,
  event: string,
  { host, isFinished }: { host: string; isFinished: boolean },
): JsonFields | undefined {
  const json = parseLeniently(data);
  if (isRecord(json)) return json;
  const isSilent = json === null || typeof json === "number" || typeof json === "boolean";
  if (isSilent || isFinished || data === "[DONE]" || isPing(data) || isPing(event)) return undefined;
  throw badResponse(host, "sent a frame that is not JSON");
}

import { isRecord } from "../protocol/is-record.ts";
import type { JsonFields } from "./fields-of.ts";
import { isPing } from "./is-ping.ts";
import { parseLeniently } from "./parse-leniently.ts";
import { badResponse } from "./provider-error.ts";

/**
 * The events in a frame of a wire whose events are JSON objects: one, or all of a list. None in a frame that
 * says nothing: a ping, a number, and behind the end of the answer whatever cannot be read. Throws for what
 * may have been text: JSON that was cut, and words.
 */
export function parseFrame(
  data: string,
  event: string,
  { host, isFinished }: { host: string; isFinished: boolean },
): readonly JsonFields[] {
  const json = parseLeniently(data);
  if (Array.isArray(json)) return json.filter((each) => isRecord(each) && !Array.isArray(each));
  if (isRecord(json)) return [json];
  const isValue = json !== undefined && typeof json !== "string";
  if (isValue || isFinished || data === "[DONE]" || isPing(data) || isPing(event)) return [];
  throw badResponse(host, "sent a frame that is not JSON");
}

/**
 * Whether an event without a type may hold the text of an answer, as those of another wire do; one of only
 * words and numbers is a sign of life.
 */
export const mayHoldText = (event: JsonFields): boolean =>
  Object.values(event).some((value) => typeof value === "object" && value !== null);

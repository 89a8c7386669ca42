import { refusedFields } from "./refused-fields.ts";
import {
  failed,
  noModel,
  outOfCredit,
  type RejectionKind,
  requestRefused,
  requestTooLong,
} from "./rejection-kinds.ts";
import { neverPasses, rejectionRules } from "./rejection-rules.ts";
import { rejectionStatus } from "./rejection-status.ts";

/*
 * What a rejection means. Owns the judgement alone: one for all ways on which an error comes (a status, a
 * frame, a document), and for all wires. The words for people are `providerError`'s.
 *
 * 1. The body is believed before the status: gateways answer 400, 403 and 500 for anything.
 * 2. Of the body, what it says in words is believed before its codes: those are few and say little.
 * 3. Only what may pass is asked again.
 */

/**
 * `text` is that of the body (`rejectionText`); `status` the one that it came with, undefined inside a
 * stream.
 */
export function judgeRejection(status: number | undefined, text: string): RejectionKind {
  const nearest = rejectionStatus(text, status);
  // Busy endpoints count tokens and quotas too: theirs is a limit of the time, unless it says otherwise.
  const isBusy = nearest === 429 || retryTime.test(text);
  const found = rejectionRules.find(({ words, never, whenBusy = true }) => {
    if (isBusy && !whenBusy) return false;
    return words.test(text) && !never?.test(text);
  });
  if (found && found.kind.reason !== "parameter") return found.kind;
  const fields = mayRefuse(nearest) ? refusedFields(text) : [];
  if (found || fields.length > 0) return { ...requestRefused, reason: "parameter", refusedFields: fields };
  return byStatus(nearest, text);
}

/** Gateways and local servers answer 404, 500 and 501 for a field that they do not know. */
const mayRefuse = (status = 400): boolean => [400, 404, 415, 422, 500, 501].includes(status);

function byStatus(status: number | undefined, text: string): RejectionKind {
  if (status === undefined) return failed;
  if (status >= 500) return willNeverPass(status, text) ? requestRefused : failed;
  switch (status) {
    case 401:
    case 403:
      return { code: "key-rejected", retryable: false };
    case 402:
      return outOfCredit;
    case 404:
    case 405:
    case 410:
      return noModel;
    case 408:
      return { code: "timeout", retryable: true };
    case 413:
      return requestTooLong;
    case 424:
    case 425:
    case 499:
      return failed;
    case 429:
    case 498:
      return { code: "rate-limited", retryable: true };
    default:
      return requestRefused;
  }
}

/** A server that says it will never take this: it could not read what was sent. */
const willNeverPass = (status: number, text: string): boolean => status === 501 || neverPasses.test(text);

const retryTime = /retryDelay|RetryInfo/;

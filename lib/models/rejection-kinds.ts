import type { ErrorReason } from "../protocol/codes.ts";
import type { ModelErrorCode } from "./model-error.ts";
import type { OptionalField } from "./refused-fields.ts";

/** What a rejection means. */
export interface RejectionKind {
  code: ModelErrorCode;
  /** Within the code. */
  reason?: ErrorReason;
  /** The same request may be taken later. */
  retryable: boolean;
  /** Fields of the request that the endpoint does not take. */
  refusedFields?: readonly OptionalField[];
}

/** Those that a status or words may mean. */
export const failed: RejectionKind = { code: "provider-failed", retryable: true };
export const requestRefused: RejectionKind = { code: "request-refused", retryable: false };
export const noModel: RejectionKind = { code: "model-not-found", retryable: false };
export const requestTooLong: RejectionKind = { code: "context-too-long", retryable: false };
export const outOfCredit: RejectionKind = { code: "out-of-credit", retryable: false };

import type { ModelPart } from "./model.ts";
import type { ModelError } from "./model-error.ts";
import type { ModelRequest } from "./model-request.ts";

/**
 * A protocol that providers speak: all that has to be written for another one. `createProviderModel` makes a
 * model of it, and owns the connection, its time limits, decoding and coalescing.
 */
export interface ProviderWire {
  /**
   * Asks once, for a streamed answer; the body of the response is left to be read. `without`: what the
   * endpoint was found not to take, by the names of refused-fields.ts.
   */
  send(request: ModelRequest, signal: AbortSignal, without: ReadonlySet<string>): Promise<Response>;
  /** What a request that is sent so could still do without, by the same names. Absent: nothing. */
  sentFields?(request: ModelRequest, without: ReadonlySet<string>): readonly string[];
  /** For one answer to that request, sent without those. */
  createReader(request: ModelRequest, without: ReadonlySet<string>): AnswerReader;
  /** What a rejection of `send` means. */
  toModelError(error: unknown): ModelError;
  /** Lets the provider end an answer that it goes on with by itself (`AnswerReader.responseId`). */
  cancel?(responseId: string): Promise<void>;
}

/**
 * Turns the frames of one answer into parts. Each method adds to `parts` what it reads, also before it throws
 * a `ModelError`. No delta of a text ends inside a surrogate pair.
 */
export interface AnswerReader {
  /** One event of the stream: `event` is "message" where it has no name, `data` is trimmed and not empty. */
  readFrame(data: string, event: string, parts: ModelPart[]): void;
  /** A body that is one JSON document: some gateways stream nothing. */
  readDocument(body: string, parts: ModelPart[]): void;
  /**
   * The data of a frame without a blank line behind it: false if the frame may go on, or the stream ended
   * inside of it.
   */
  isComplete(data: string): boolean;
  /**
   * The body has ended: what was held back, then `finish` if there was a finish reason. `isCut`: it failed
   * before its end, which is known; then only what was held back, and nothing is thrown.
   */
  end(parts: ModelPart[], isCut?: boolean): void;
  /** A finish reason was read: what is still to come is usage at most. */
  readonly isFinished: boolean;
  /** It may be one of many: what is still to come is waited for as long as ever. Absent: it is not. */
  readonly isProvisional?: boolean;
  /** The stream's own end was read: what is still to come is the end of the connection. */
  readonly isDone: boolean;
  /** The answer as the provider keeps it, once that is known. */
  readonly responseId?: string | undefined;
}

import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { PageError } from "./page-error.ts";

export interface LimitedBody {
  bytes: Uint8Array;
  /** There was more than was read. */
  isCut: boolean;
}

/** Of encodings on top of each other. */
const maxEncodings = 2;

/**
 * A body as it was before it was compressed, up to `maxBytes`: nothing behind them is kept, unpacked or
 * waited for. `encoding`: the header `content-encoding`. One that breaks off is what has come of it. Throws
 * `PageError`.
 */
export async function limitedBody(body: Readable, encoding: string, maxBytes: number): Promise<LimitedBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of unpacked(body, encoding)) {
      // Cast: neither a socket nor zlib has an encoding set.
      const bytes = chunk as Buffer;
      chunks.push(bytes.subarray(0, maxBytes - size));
      size += bytes.length;
      if (size > maxBytes) break;
    }
  } catch (error) {
    if (error instanceof PageError) throw error;
    if (size === 0) throw unreadable(error);
    return { bytes: Buffer.concat(chunks), isCut: true };
  } finally {
    body.destroy();
  }
  return { bytes: Buffer.concat(chunks), isCut: size > maxBytes };
}

function unpacked(body: Readable, encoding: string): Readable {
  const names = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (names.length > maxEncodings) throw new PageError("the page is packed too often");
  let stream = body;
  for (const name of names.toReversed()) {
    const create = unpackers.get(name);
    if (!create) throw new PageError(`the page is packed as ${name.slice(0, 40)}, which cannot be read`);
    // What goes wrong is thrown where the stream is read.
    stream = pipeline(stream, create(), () => undefined);
  }
  return stream;
}

const unpackers = new Map([
  ["gzip", () => createGunzip()],
  ["x-gzip", () => createGunzip()],
  ["deflate", () => createInflate()],
  ["br", () => createBrotliDecompress()],
]);

/** Its time may be up, which says more than what came of that. */
const unreadable = (error: unknown): unknown =>
  error instanceof Error && "code" in error && /^(Z_|ERR__?BROTLI|ERR_)/.test(String(error.code))
    ? new PageError("the page is not packed as it says", { cause: error })
    : error;

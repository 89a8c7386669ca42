import { isRecord } from "#lib/protocol/is-record.ts";
import type { ToolPart } from "#lib/protocol/message.ts";

/**
 * `data:` addresses of what code has shown. An SVG among them is for an `<img>`, where nothing of it runs and
 * nothing is loaded, and for nothing else.
 */
export const codeImages = (images: unknown): string[] =>
  Array.isArray(images) ? images.flatMap(addressOf).slice(0, maxCodeImages) : [];

const maxCodeImages = 8;

function addressOf(image: unknown): string[] {
  if (!isRecord(image)) return [];
  const { mimeType, data } = image;
  if (typeof mimeType !== "string" || !/^image\/(png|svg\+xml)$/.test(mimeType)) return [];
  if (typeof data !== "string" || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return [];
  return [`data:${mimeType};base64,${data}`];
}

/** Whether code has drawn something: that is to be seen. */
export const hasPictures = ({ output }: ToolPart): boolean =>
  isRecord(output) && codeImages(output.images).length > 0;

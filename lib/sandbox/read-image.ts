import type { SandboxImage } from "./sandbox.ts";

/** Of one image, in bytes. */
export const maxImageBytes = 262_144;
/** Of a PNG, width times height: a small file may be a large picture. */
const maxPixels = 16_000_000;
/** Of elements of an SVG that repeat others: what repeats what repeats grows without end. */
const maxRepeats = 12;

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export const isSvgText = (text: string): boolean => /^\s*(<\?xml[^>]*\?>\s*)?<svg[\s>/]/.test(text);

export const isPngBytes = (bytes: Uint8Array): boolean =>
  pngSignature.equals(bytes.subarray(0, pngSignature.length));

/** The image that code has made, or what is wrong with it, in words for the model. */
export function readImage(given: string | Uint8Array): SandboxImage | string {
  if (typeof given !== "string") return readPng(Buffer.from(given));
  const address = /^data:(image\/(?:png|svg\+xml))(;charset=[\w-]+)?(;base64)?,/.exec(given);
  if (!address) return isSvgText(given) ? readSvg(given) : "show_image takes an SVG, or the bytes of a PNG";
  const body = given.slice(address[0].length);
  const bytes = address[3] === undefined ? percentDecoded(body) : Buffer.from(body, "base64");
  if (bytes === undefined) return "the data: address is no percent-encoded UTF-8";
  return address[1] === "image/png" ? readPng(bytes) : readSvg(bytes.toString("utf8"));
}

function percentDecoded(text: string): Buffer | undefined {
  try {
    return Buffer.from(decodeURIComponent(text), "utf8");
  } catch {
    return undefined;
  }
}

function readPng(bytes: Buffer): SandboxImage | string {
  if (!isPngBytes(bytes)) return "the bytes are no PNG";
  if (bytes.length > maxImageBytes) return tooLargeWords;
  if (bytes.length < 33 || bytes.toString("latin1", 12, 16) !== "IHDR") return "the PNG is cut off";
  const pixels = bytes.readUInt32BE(16) * bytes.readUInt32BE(20);
  if (pixels === 0 || pixels > maxPixels) return "a PNG has at most 16 million pixels";
  return { mediaType: "image/png", data: bytes.toString("base64") };
}

/** It is shown as an image only, where nothing in it runs or loads; what makes it endless is refused. */
function readSvg(text: string): SandboxImage | string {
  const bytes = Buffer.from(text.trim(), "utf8");
  if (!isSvgText(text)) return "the text is no SVG: it begins with <svg";
  if (bytes.length > maxImageBytes) return tooLargeWords;
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) return "an SVG has no DOCTYPE";
  if ((text.match(/<(\w+:)?use[\s/>]/g) ?? []).length > maxRepeats)
    return `an SVG has at most ${maxRepeats} <use> elements`;
  return { mediaType: "image/svg+xml", data: bytes.toString("base64") };
}

const tooLargeWords = "an image has at most 256 KB";

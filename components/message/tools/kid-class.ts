import type { ToolPart } from "#lib/protocol/message.ts";
import { toolFace } from "./tool-face.ts";

/** Of a call that stands inside of another row: one that waits for a person is a filled block there too. */
export const kidClass = (call: ToolPart, isLive: boolean): string =>
  toolFace(call, isLive).tone === "needs" ? "kid ask" : "kid";

import type { ModelPart } from "./model.ts";

/** Characters: what is longer is no name. */
const maxModelNameLength = 200;

/** Adds, once, the name that an answer says its model has. */
export interface ModelNameReader {
  /** Of any field: what is no name is passed over. */
  read(name: unknown, parts: ModelPart[]): void;
  readonly hasName: boolean;
}

export function createModelNameReader(): ModelNameReader {
  let hasName = false;
  return {
    read(given, parts) {
      const name = typeof given === "string" ? given.trim() : "";
      if (hasName || name === "" || name.length > maxModelNameLength) return;
      hasName = true;
      parts.push({ type: "model", name });
    },
    get hasName() {
      return hasName;
    },
  };
}

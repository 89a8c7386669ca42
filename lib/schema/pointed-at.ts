/** What a JSON Pointer in a document leads to: `#`, `#/$defs/name`. Undefined: to nothing, or elsewhere. */
export function pointedAt(root: unknown, reference: unknown): unknown {
  if (typeof reference !== "string" || !/^#(\/|$)/.test(reference)) return undefined;
  let found: unknown = root;
  for (const step of reference.slice(1).split("/").slice(1)) {
    const name = decodeStep(step);
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

function decodeStep(step: string): string {
  try {
    return unescaped(decodeURIComponent(step));
  } catch {
    return unescaped(step);
  }
}

const unescaped = (step: string): string => step.replaceAll("~1", "/").replaceAll("~0", "~");

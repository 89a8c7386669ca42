import { isId } from "../protocol/id.ts";
import { notFound, ProblemError } from "./problem.ts";

/**
 * An id from the path. Throws 400 `bad_id` for anything but a UUID, so that no key or path is built from it.
 */
export function idParam<P extends string>(params: Readonly<Record<P, string>>, field: P): string {
  const value = params[field];
  if (isId(value)) return value;
  throw new ProblemError(400, "bad_id", `${field}: must be a lower-case UUID`, { fields: { field } });
}

/** The thing; throws 404 where there is none. */
export function found<T>(thing: T | null): T {
  if (thing === null) throw notFound();
  return thing;
}

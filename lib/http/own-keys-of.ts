import { type KeysByOrigin, readOwnKeys } from "../sessions/own-keys.ts";
import type { ApiServer } from "./api-server.ts";
import { isSecure } from "./origin.ts";

/** The keys that the browser of a request brings. */
export const ownKeysOf = (
  { request: { headers }, session }: { request: Request; session: string },
  { access: { secrets } }: Pick<ApiServer, "access">,
): KeysByOrigin => readOwnKeys(headers.get("cookie"), { secrets, session, secure: isSecure(headers) });

import { useState } from "react";
import { readTabStorage } from "#lib/client/read-tab-storage.ts";
import { steeringKey } from "#lib/client/steering/steering-key.ts";
import { useMounted } from "../ui/use-mounted.ts";

/**
 * Whether anything was or can be written for a live answer: in this page, in an earlier one of this tab, or
 * anywhere, and waits.
 * Only then is the script for it loaded.
 */
export function useSteers(conversationId: string, busy: boolean, hasQueue: boolean): boolean {
  const [did, setDid] = useState(false);
  if ((busy || hasQueue) && !did) setDid(true);
  return useMounted() && (did || readTabStorage(steeringKey(conversationId)) !== "");
}

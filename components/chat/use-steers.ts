import { useState } from "react";
import { readTabStorage } from "#lib/client/read-tab-storage.ts";
import { steeringKey } from "#lib/client/steering/steering-key.ts";
import { useMounted } from "../ui/use-mounted.ts";

/**
 * Whether anything was or can be written for a live answer: in this page, or in an earlier one of this tab.
 * Only then is the script for it loaded.
 */
export function useSteers(conversationId: string, busy: boolean): boolean {
  const [wasBusy, setWasBusy] = useState(false);
  if (busy && !wasBusy) setWasBusy(true);
  return useMounted() && (wasBusy || readTabStorage(steeringKey(conversationId)) !== "");
}

import { type ApiClient, eventsOf } from "../support/api-client.ts";
import { sse, textChunks } from "../support/chat-chunks.ts";
import type { ScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";

/** Milliseconds from the request to stop until the provider sees its connection closed, once for each run. */
export async function stopToClosed(
  client: ApiClient,
  model: ScriptedModelServer,
  times: number,
): Promise<number[]> {
  const taken: number[] = [];
  for (let run = 0; run < times; run += 1) {
    model.next({ steps: [{ write: sse(textChunks("one ")) }, { hang: true }] });
    const { response, runId } = await client.ask("go");
    for await (const event of eventsOf(response)) if (event.type === "text-delta") break;
    const request = model.requests.at(-1);
    const askedAt = performance.now();
    await client.request(`/api/runs/${runId}/stop`, { method: "POST" });
    await waitUntil("the connection is closed", () => request?.closedAt !== undefined);
    taken.push((request?.closedAt ?? 0) - askedAt);
  }
  return taken;
}

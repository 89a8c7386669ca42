import { type ApiClient, apiClient } from "./api-client.ts";
import { type AppServer, startAppServer } from "./app-server.ts";
import { type ScriptedModelServer, startScriptedModelServer } from "./scripted-model-server.ts";

/** Two servers on one Redis, a model behind both, and one visitor with the same cookie on both. */
export interface ServerPair {
  model: ScriptedModelServer;
  a: AppServer;
  b: AppServer;
  onA: ApiClient;
  onB: ApiClient;
  close(): Promise<void>;
}

/** Starts both on `redisUrl`. `env`: further settings of both. */
export async function startServerPair(
  redisUrl: string,
  env: Record<string, string> = {},
): Promise<ServerPair> {
  const model = await startScriptedModelServer();
  const all = {
    REDIS_URL: redisUrl,
    SESSION_SECRET: "s".repeat(32),
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: "scripted",
    ...env,
  };
  const [a, b] = [await startAppServer({ env: all }), await startAppServer({ env: all })];
  const onA = await apiClient(a.url);
  return {
    model,
    a,
    b,
    onA,
    onB: await apiClient(b.url, onA.cookie),
    async close() {
      for (const app of [a, b]) await app.kill();
      await model.close();
    },
  };
}

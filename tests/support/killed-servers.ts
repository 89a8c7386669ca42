import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { type AppServer, startAppServer } from "./app-server.ts";
import { done, finish, sse, textChunks } from "./chat-chunks.ts";
import { type RedisServer, startRedisServer } from "./redis-server.ts";
import { type Script, type ScriptedModelServer, startScriptedModelServer } from "./scripted-model-server.ts";

/** Two servers on one store: one to be killed, again and again, and one that takes over what it leaves. */
export interface KilledServers {
  readonly model: ScriptedModelServer;
  readonly survivor: AppServer;
  /** The next to be killed. Another one starts, while the others are busy. */
  next(): Promise<AppServer>;
}

/** For the tests of the file that calls it. `store`: "redis", else SQLite. */
export function killedServers(store: string | undefined): KilledServers {
  const dataDir = mkdtempSync(join(tmpdir(), "rivulet-killed-"));
  let redis: RedisServer | undefined;
  let model: ScriptedModelServer;
  let survivor: AppServer;
  let victim: Promise<AppServer>;

  const start = (): Promise<AppServer> =>
    startAppServer({
      dataDir,
      env: {
        OPENAI_BASE_URL: model.url,
        OPENAI_MODEL: "scripted",
        SWEEP_SECONDS: "0.2",
        LIMIT_RUNS_PER_10_MIN: "0",
        ...(redis && { REDIS_URL: redis.url, SESSION_SECRET: "s".repeat(32) }),
      },
    });

  before(async () => {
    if (store === "redis") redis = await startRedisServer();
    model = await startScriptedModelServer();
    model.script(shortAnswer);
    victim = start();
    survivor = await start();
  });
  after(async () => {
    await (await victim).kill();
    await survivor.kill();
    await model.close();
    await redis?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  return {
    get model() {
      return model;
    },
    get survivor() {
      return survivor;
    },
    async next() {
      const killed = await victim;
      victim = start();
      return killed;
    },
  };
}

/** In pieces. */
const shortAnswer: Script = {
  steps: [
    ...["it ", "is ", "so"].flatMap((text) => [{ write: sse(textChunks(text)) }, { wait: 15 }]),
    { write: sse(finish()) + done },
  ],
};

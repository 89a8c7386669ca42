import { apiClient } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { startScriptedModelServer } from "../support/scripted-model-server.ts";
import { stopToClosed } from "./stop.ts";

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const model = await startScriptedModelServer();
const app = await startAppServer({ env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" } });
try {
  const taken = await stopToClosed(await apiClient(app.url), model, 21);
  console.log(
    `stop to the provider's connection closed: median ${median(taken).toFixed(1)} ms of ${taken.length}`,
  );
} finally {
  await app.stop();
  await model.close();
}

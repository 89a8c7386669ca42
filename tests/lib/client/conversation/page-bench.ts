import { randomUUID } from "node:crypto";
import { after } from "node:test";
import { createLiveConversation, type LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { clientEnvironment } from "../../../support/client-environment.ts";
import { localApi } from "../../../support/local-api.ts";
import { spoken } from "../../../support/model-messages.ts";
import { runContext, textOf } from "../../../support/run-bench.ts";
import {
  finished,
  gate,
  type ModelLine,
  type ScriptedModel,
  says,
  scriptedModel,
} from "../../../support/scripted-model.ts";
import { waitUntil } from "../../../support/wait-until.ts";

export type Fault = (url: string, init?: RequestInit) => Response | undefined;

const opened: LiveConversation[] = [];
after(() => opened.forEach((page) => page.close()));

/** A page of a conversation. Pages with the same `kept` are those of one browser. */
export function openPage(
  context: RunContext,
  {
    id,
    kept = browserStorage(),
    fault = () => undefined,
  }: { id?: string; kept?: Storage; fault?: Fault } = {},
): LiveConversation {
  const api = localApi(context);
  const environment = clientEnvironment(async (url, init) => fault(url, init) ?? api(url, init));
  const store = createLiveConversation({
    environment,
    id: id ?? randomUUID(),
    storage: () => kept,
    ...(id === undefined && { view: null }),
  });
  store.open();
  opened.push(store);
  return store;
}

export function browserStorage(): Storage {
  const items = new Map<string, string>();
  return {
    length: 0,
    key: () => null,
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

export const idle = (page: LiveConversation) => waitUntil("the page is idle", () => !page.getState().busy);
export const last = (page: LiveConversation) => page.getState().turns.at(-1);
export const shown = (page: LiveConversation) =>
  page.getState().turns.map(({ answer }) => answer && textOf(answer));

/** A page with one question and a good answer; the rest of the scripts follow. */
export async function answered(scripts: ModelLine[][], options?: Parameters<typeof openPage>[1]) {
  const model = scriptedModel([...says("good"), finished], ...scripts);
  const context = runContext(model);
  const page = openPage(context, options);
  page.send("q");
  await idle(page);
  return { model, context, page };
}

export const isRetry = (body: unknown): boolean => typeof body === "string" && body.includes('"retry"');
export const failure = new ModelError("request-refused", "no", { retryable: false });
export const never = gate().promise;

/** What the newest request of the model was sent, without the system message. */
export const sentTo = (model: ScriptedModel) =>
  spoken(model.requests.at(-1)?.request.messages.slice(1) ?? []);
export const asksAfterGood = [
  ["user", "q"],
  ["assistant", "good"],
  ["user", "next"],
];

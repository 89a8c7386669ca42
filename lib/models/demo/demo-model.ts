import { demoModelId } from "../../protocol/demo-model-id.ts";
import { createEndpointModel } from "../endpoint-model.ts";
import type { Model } from "../model.ts";
import { createDemoFetch } from "./demo-fetch.ts";

const idleMs = 60_000;
const maxAnswerCharacters = 8 * 1024 * 1024;

/**
 * The scripted model: no AI, but the same path as any other model, down to the bytes. `pace`: see
 * `createDemoFetch`.
 */
export const createDemoModel = (pace = 1): Model =>
  createEndpointModel({
    id: demoModelId,
    demo: true,
    baseUrl: "http://demo.invalid/v1",
    fetch: createDemoFetch(pace),
    firstByteMs: idleMs,
    idleMs,
    maxCharacters: maxAnswerCharacters,
  });

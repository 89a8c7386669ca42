import assert from "node:assert/strict";
import { test } from "node:test";
import { isSuited } from "../../../lib/models/is-suited.ts";

const answering = [
  "gpt-4o",
  "gpt-5-mini",
  "o3",
  "claude-sonnet-4-5",
  "deepseek-chat",
  "qwen3-32b",
  "llama-3.3-70b-versatile",
  "meta-llama/Llama-3.1-8B-Instruct",
  "mistral-small-latest",
  "gemma-3-27b-it",
  "models/gemini-2.5-flash",
  "glm-4-9b",
  "phi-4",
  "kimi-k2",
  "/models/Qwen2.5-7B-Instruct-Q4_K_M.gguf",
  "command-r-plus",
  "grok-4",
  "pixtral-12b",
  "qwen2.5-vl-7b",
  "gpt-oss:20b",
  "smollm2:135m",
  "clipper-7b",
  "video-llava-7b",
  "llava-next-video-7b",
  "wangchan-llama3-8b",
  "barkley-7b",
  "sdar-30b",
  "imagine-7b",
  "flux-capacitor-chat".replace("flux-", ""),
];
const others = [
  "text-embedding-3-small",
  "text-embedding-ada-002",
  "nomic-embed-text:latest",
  "mxbai-embed-large",
  "bge-m3",
  "BAAI/bge-large-en",
  "intfloat/e5-mistral-7b",
  "jina-embeddings-v3",
  "mistral-embed",
  "snowflake-arctic-embed2",
  "whisper-1",
  "whisper-large-v3-turbo",
  "tts-1-hd",
  "gpt-4o-mini-tts",
  "gpt-4o-transcribe",
  "playai-tts",
  "dall-e-3",
  "gpt-image-1",
  "black-forest-labs/flux-schnell",
  "stable-diffusion-xl",
  "sora-2",
  "omni-moderation-latest",
  "babbage-002",
  "gpt-4o-realtime-preview",
  "BAAI/bge-reranker-v2-m3",
  "rerank-v3.5",
  "gpt-4o-audio-preview",
  "xtts-v2",
  "coqui/XTTS-v2",
  "wav2vec2-base",
  "orpheus-v1-english",
  "qwen-image",
  "Qwen/Qwen-Image-Edit",
  "chatgpt-image-latest",
  "gemini-2.5-flash-image",
  "sd3.5-large",
  "sd-turbo",
  "bark",
  "suno/bark-small",
  "musicgen",
  "facebook/musicgen-large",
  "hunyuan-video",
  "tencent/HunyuanVideo",
  "wan2.2-t2v",
  "Wan-AI/Wan2.1-I2V-14B-720P",
  "cogvideox-5b",
];

for (const id of answering) test(`${id} answers in words`, () => assert.equal(isSuited(id, {}), true));
for (const id of others) test(`${id} is for something else`, () => assert.equal(isSuited(id, {}), false));

test("what an entry says of its model counts before its name", () => {
  assert.equal(isSuited("bge-chat", { type: "llm" }), true);
  assert.equal(isSuited("m", { type: "embeddings" }), false);
  assert.equal(isSuited("m", { task: "automatic-speech-recognition", type: "audio" }), false);
  assert.equal(isSuited("m", { capabilities: { completion_chat: false } }), false);
  assert.equal(isSuited("m", { architecture: { output_modalities: ["image"] } }), false);
  assert.equal(isSuited("embed-chat", { architecture: { output_modalities: ["text"] } }), true);
  assert.equal(isSuited("claude", { type: "model" }), true);
});

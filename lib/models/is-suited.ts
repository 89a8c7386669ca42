import { isRecord } from "../protocol/is-record.ts";

/** Words in the names of models that give no answers in words. */
const otherNames =
  /(^|[^a-z])(embed(ding)?s?|e5|gte|bge|minilm|mpnet|colbert|rerank(er)?|whisper|(x|melo|chat|index)?tts|stt|asr|transcribe|speech|kokoro|parakeet|voxtral-mini-tts|orpheus|bark|wav2vec2?|hubert|musicgen|audiogen|dall-?e|image|kandinsky|pixart|cogview|seedream|imagen|sora|veo|hunyuan-?video|cogvideox?|ltx-?video|wanx?-?\d|(t|i|ti)2v|t2i|seedance|flux|sdxl|sd-?\d|sd-turbo|stable-?diffusion|clip|siglip|moderation|omni-moderation|babbage|davinci|realtime|computer-use|similarity|classifier|audio|llama-?guard|turbo-instruct)([^a-z]|$)|text-embedding|-embed(ding)?\b|embed-text/i;

/** What endpoints say a model is for, where they say it. */
const otherTypes = /embed|rerank|image|audio|speech|transcri|moderation|video|tts|stt/i;
const answerTypes =
  /^(chat|llm|vlm|language|text|completion|model|instruct|image-text-to-text|text-generation)/i;

/**
 * Whether a model of an endpoint's list answers in words: by what its entry says of it, else by its name. A
 * guess, good enough to choose a default by.
 */
export function isSuited(id: string, facts: Readonly<Record<string, unknown>>): boolean {
  const { type, task, capabilities, architecture } = facts;
  const told = [type, task].find((each) => typeof each === "string" && each !== "" && each !== "model");
  if (typeof told === "string" && answerTypes.test(told)) return true;
  if (typeof told === "string" && otherTypes.test(told)) return false;
  if (isRecord(capabilities) && typeof capabilities["completion_chat"] === "boolean")
    return capabilities["completion_chat"];
  const outputs = isRecord(architecture) ? architecture["output_modalities"] : undefined;
  if (Array.isArray(outputs) && outputs.length > 0) return outputs.includes("text");
  return !otherNames.test(id);
}

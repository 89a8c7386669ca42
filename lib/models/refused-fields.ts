/**
 * What a request can do without. The fields of a body by their own names, of every wire; `system` stands for
 * the role of the first message, `thoughts` for thoughts that are given back, `prefill` for a last message of
 * the model's own, `tool_call_ids` for the ids of calls as they came (sent-call-id.ts).
 */
export const optionalFields = [
  "background",
  "cache_control",
  "include",
  "max_completion_tokens",
  "max_output_tokens",
  "max_tokens",
  "output_config",
  "prefill",
  "reasoning",
  "reasoning_effort",
  "response_format",
  "seed",
  "stop",
  "stop_sequences",
  "store",
  "stream",
  "stream_options",
  "system",
  "temperature",
  "text",
  "thinking",
  "thoughts",
  "tool_call_ids",
  "tool_choice",
  "tools",
  "top_p",
] as const;
export type OptionalField = (typeof optionalFields)[number];

/**
 * The fields that a rejection says the endpoint does not take, by its text (`rejectionText`). Which of them
 * were sent is for the caller to know: the text may also name the one to send instead.
 */
export const refusedFields = (text: string): OptionalField[] =>
  optionalFields.filter((field) => isNamed(field, text) || spellings[field]?.test(text));

/** The form of an id is refused, or its length: of OpenAI, Anthropic, Bedrock and Mistral. */
export const refusesCallIds =
  /(tool_calls?(\[\d+\]|\.\d+)?\.id|(tool_)?call_id|tool_use(\.|_)id|toolUseId|tool call id)\b[^\n]{0,160}(too long|max(imum)?[ _]length|length (less than|of) |at most \d+ char|must be a-z|(should|must) (match|satisfy))/i;

/** What was thought is refused, not that it is asked for. */
const refusesGivenBack =
  /invalid_encrypted_content|encrypted content[^\n]{0,200}(verif|decrypt|match)|(thinking|signature)[^\n]{0,40}block/i;

/** Where an endpoint names the field that it is about, or one of ours of which no other meaning is known. */
function isNamed(field: OptionalField, text: string): boolean {
  if (field === "system" || field === "thoughts" || field === "tool_call_ids") return false;
  if (field === "thinking" && refusesGivenBack.test(text)) return false;
  if (new RegExp(`^(param|loc|field|parameter): (body\\.)?${field}$`, "m").test(text)) return true;
  if (
    new RegExp(`(${strange}) \\w+:? ${field}\\b|(${strange})( \\w+){1,4}: ['"\`]?${field}\\b`, "i").test(text)
  )
    return true;
  const word = field.includes("_") ? field : String.raw`['"\`]${field}['"\`]`;
  if (new RegExp(`${word}.{0,40}${onlyThere}`, "i").test(text)) return true;
  return new RegExp(`(${word}).{0,120}(${refusal})|(${refusal}).{0,120}(${word})`, "i").test(text);
}

const strange = "unknown|unrecogni[sz]ed|unsupported|unexpected|invalid|extra";

const refusal =
  "(not|n't|un) ?((yet|currently) )?" +
  "(support|allow|permitted|enabled|available|recogni|accepted|implemented|expected|known|configurable|valid)|" +
  "(cannot|can not|can't) be (set|used|specified|changed|given|configured)|disabled|" +
  "extra inputs?|additional propert|only the default|too (large|high|big)\\b|supports at most|requires\\b|deprecated|" +
  "invalid|use '\\w+' instead|(must|should|may only|cannot both) be|range of|不支持|无效|未知";

/** Behind the field alone: the one that it is allowed with is named after it. */
const onlyThere = "\\bonly (be )?(allowed|supported|permitted|available|valid|used)";

/** That an answer has a form, whatever the wire calls the field that asks for it. */
const answerForm = near(
  String.raw`text\.format(\.\w+)*|(response|output)[ _]formats?(\.\w+)*|json[ _]?(schema|object|mode)|structured[ _-]outputs?|guided[ _-](json|decoding)|grammars?`,
);

/** The words of llama.cpp, Ollama, vLLM, OpenRouter, Groq, OpenAI and Anthropic. */
const spellings: Partial<Record<OptionalField, RegExp>> = {
  ...{ output_config: answerForm, response_format: answerForm, text: answerForm },
  background: near("background( mode)?"),
  store: near("store(=true)?"),
  include: near("encrypted content"),
  reasoning: near(String.raw`['"]?reasoning\.(summary|effort)['"]?|reasoning summar(y|ies)`),
  prefill: /prefill|end with a user/i,
  // Where none was given back, there is only this to do without.
  thinking: near(
    String.raw`thinking(\.type)?(\.\w+)?|extended thinking|adaptive thinking`,
    String.raw`(not|n't) (currently )?support\w*|unsupported|not (enabled|available|allowed)|must start with a thinking block|extra inputs`,
  ),
  thoughts: refusesGivenBack,
  // Azure's.
  max_tokens: /\bnot support(ed)? MaxTokens\b/,
  stream_options: /include_usage/,
  temperature: near("temperature"),
  stream: /stream(ing)? (is |are )?not (supported|available|allowed)|(not|n't) support stream(ing)?\b/i,
  tools: near(
    String.raw`tools?( use| calls?| calling)?|function[ -]call(s|ing)?|functions`,
    String.raw`not ((yet|currently) )?(supported|enabled|allowed|available|implemented)|(not|n't) (currently )?support|unsupported|disabled|requires\b|endpoints found that support`,
  ),
  tool_call_ids: refusesCallIds,
  tool_choice: near(String.raw`tool[ _]choice`, String.raw`requires\b|not supported|unsupported`),
  system: nearOr(
    // Ours do: it is that of the system which is one too many.
    /^(?!.*optional system).*roles must alternate/,
    String.raw`system (role|message|prompt|instruction)s?|developer instructions?|role:? ?['"]?system|['"${"`"}]system['"${"`"}]|got system`,
    String.raw`not (supported|enabled|allowed|permitted)|(not|n't) support|unsupported|invalid|unknown|unexpected|roles are supported`,
  ),
};

function nearOr(other: RegExp, word: string, refusing: string): RegExp {
  return new RegExp(`${other.source}|${near(word, refusing).source}`, "im");
}

/** Both in one line, close to each other. */
function near(word: string, refusing = refusal): RegExp {
  const whole = String.raw`(?<!\w)(${word})(?!\w)`;
  return new RegExp(`${whole}.{0,80}(${refusing})|(${refusing}).{0,80}${whole}`, "i");
}

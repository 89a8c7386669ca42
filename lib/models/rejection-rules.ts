import { refusesCallIds } from "./refused-fields.ts";
import {
  noModel,
  outOfCredit,
  type RejectionKind,
  requestRefused,
  requestTooLong,
} from "./rejection-kinds.ts";

/*
 * The words of rejections, as hosted and local endpoints and gateways write them, and what each means. What
 * is made of them, and of a status beside them, is `judgeRejection`'s.
 */

const any = (...words: RegExp[]): RegExp => new RegExp(words.map(({ source }) => source).join("|"), "im");

interface RejectionRule {
  kind: RejectionKind;
  words: RegExp;
  /** Words with which it means something else. */
  never?: RegExp;
  /** False: not where the endpoint takes no more requests for now. */
  whenBusy?: boolean;
}

/** The first that matches counts. Each holds the words of hosted and local endpoints, gateways among them. */
export const rejectionRules: readonly RejectionRule[] = [
  {
    kind: { code: "provider-failed", reason: "starting", retryable: true },
    words: any(
      /\bloading (the )?model/,
      /model[^\n]{0,80}\b(is|are) (currently |still |being |now )*(loading|loaded now|warming|starting|initiali[sz]ing|deploying|scaling)/,
      /(still|currently) (loading|starting|initiali[sz]ing|warming)/,
      /(model|server|endpoint|engine|deployment)[^\n]{0,60} (is )?not (yet )?ready/,
      /scal(ing|ed) (up|to zero)|cold.?start|warming up|ModelNotReady/,
      /模型[^\n]{0,20}(加载中|正在加载|启动中)/,
    ),
    never: /(error|fail\w*)[^\n]{0,20} loading|load(ing)? [^\n]{0,80}fail/i,
  },
  {
    kind: { code: "rate-limited", reason: "slots", retryable: true },
    words: any(
      /concurren(t|cy)|并发|\bslots?\b[^\n]{0,20}(busy|unavailable|available|full)|pending requests/,
      /server is busy; please try again/,
    ),
    never: /concurrent(ly)? (modif|updat)/i,
  },
  {
    // llama.cpp's in mid-answer: it names a larger context, but the next request may find room.
    kind: { code: "cut-off", retryable: true },
    words: any(/failed to decode|failed to find free space in the kv cache/),
  },
  {
    kind: { ...requestRefused, reason: "parameter" },
    words: any(
      /max_(completion_|output_)?tokens\W{0,3} (is|are) too (large|high)/,
      /supports at most [\d,]+ (completion|output) tokens/,
      refusesCallIds,
      /not support(ed)? MaxTokens\b/,
    ),
  },
  {
    kind: requestTooLong,
    words: any(
      /context_length_exceeded|exceed_context|max_prompt_tokens|string_above_max_length/,
      /request too large for|maximum context length|reduce the length of the (messages|prompt)/,
    ),
    never: /'tools\[\d+\]/,
  },
  {
    kind: requestTooLong,
    whenBusy: false,
    words: any(
      /context[ _-]?(length|window|size|limit|overflow)|context the overflows/,
      /maximum (prompt|model|input|sequence) length|range of input length/,
      /too many (input |prompt )?tokens|(model|input|prompt) token limit|max_(seq|model)_len/,
      /(prompt|input|request|message|conversation|history|sequence)s?( tokens?)?( count| length)?( of)?( \d[\d,]*)?( tokens?)?( \(\w+( \d+)?\))? (is|are) (too long|too large|longer than)/,
      /(prompt|input|request)s?( tokens?)?( count| length)?( of)?( \d[\d,]*)?( tokens?)?( \([^)\n]{1,40}\))? (exceeds?|is longer than)\b(?![^\n]{0,30}(rate|quota|per (minute|day)))/,
      /exceeds? (the )?(max(imum)?|allowed)[^\n]{0,30}tokens/,
      /max_new_tokens` must be|超长|(输入|上下文|内容|对话|提示词)[^\n]{0,16}(过长|太长|超过|超出)/,
    ),
  },
  {
    kind: outOfCredit,
    words: any(
      /insufficient[_ ](\w+[_ ]){0,2}(quota|balance|credits?|funds)|balance is (insufficient|not enough)/,
      /credit balance|out of credits?|(more|enough|no|remaining) credits|exceeded_current_quota/,
      /free.?tier[^\n]{0,60}exhausted|FreeTierOnly|arrear|overdue|good standing/,
      /billing[_ ](hard[_ ]limit|not[_ ]active)|spending limit|payment required/,
      /budget[_ ](has been )?exceeded|over budget|specified API usage limits/,
      /余额|欠费|额度[^\n]{0,6}(不足|用尽|用完)|充值/,
    ),
  },
  {
    kind: outOfCredit,
    whenBusy: false,
    words: any(/exceeded your current quota|quota[^\n]{0,20}(exhausted|used up|exceeded)/),
  },
  {
    kind: { ...requestRefused, reason: "region" },
    words: any(
      /unsupported_country/,
      /(country|region|territory|location)[^\n]{0,40}(not supported|not available|unsupported|restricted|blocked)/,
      /not (available|supported|served) in (your|this) (country|region|location)/,
      /(地区|国家|区域)[^\n]{0,12}(不支持|受限|不可用)/,
    ),
  },
  {
    kind: { code: "content-filter", retryable: false },
    words: any(
      /content[ _-]?(filter|policy|policies|management|moderation|exists risk)|responsible ?ai/,
      /safety (system|settings|filter|policy)|moderation|usage polic|acceptable use|high risk/,
      /invalid_prompt|data_?inspection|inappropriate|prohibited[ _]content|(was|been) flagged/,
      /sensitive[ _-]?(content|word|information)|sensitive data|recitation/,
      /敏感|违规|不安全|内容(安全|审核)|风控/,
    ),
  },
  {
    kind: { code: "key-rejected", retryable: false },
    words: any(
      /(invalid|incorrect|wrong|bad|missing|expired|revoked|no|unknown|malformed)[ _-](\w+[ _-])?(api[ _-]?key|x-api-key|authorization|auth|access token|auth token|bearer|credentials?)\b/,
      /api[ _-]?key[^\n]{0,40}(not valid|invalid|incorrect|missing|required|expired|revoked|not found|provide)/,
      /provide an api[ _-]?key|unauthori[sz]ed|unauthenticated|not authenticated|login fail/,
      /authentication (failed|fails|error|required)|(access )?token (is )?(invalid|expired|no longer valid)/,
      /missing[ _]scope|insufficient permissions?|invalid (user|appid|signature)\b|invalid[ _]token$/,
      /令牌|密钥|鉴权|身份验证|未授权/,
    ),
    never: /token[^\n]{0,20}(count|limit)/i,
  },
  {
    kind: noModel,
    words: any(
      /^param: model$/,
      /model[ _]?not[ _]?(found|exist|supported|open|available)|invalid_model|model_decommissioned/,
      /\b(no such|unknown|unrecogni[sz]ed|invalid|unsupported|non-?existent) model\b/,
      /\bmodel (id|identifier|name)\b[^\n]{0,40} is invalid/,
      /\bmodels?\b[^\n]{0,120}(not found|(does|do) ?n[o'’]t exist|not exist|not deployed|not a valid)/,
      /\b(requested |this |the )?model( \S{1,120})? (is|are) (not supported|no longer|deprecated|decommissioned|retired)/,
      /\bmodel( \S{1,120})? (is|are) not available(?! (right now|at the moment|currently|now|temporar))/,
      /not a valid model|(access|permission) to (use )?(the |this )?model|model(\.| )access ?denied/,
      /no endpoints found (for|matching)|DeploymentNotFound|deployment [^\n]{0,60}does not exist/,
      /try pulling it|no models? (is |are )?(currently )?loaded|InvalidEndpointOrModel/,
      /模型[^\n]{0,40}(不存在|未找到|找不到|未开通|已下线|没有权限)|(不存在|未找到|无效|没有)[的该此]?模型|无可用渠道/,
    ),
  },
  {
    kind: noModel,
    words: any(
      /unexpected endpoint|invalid url|(unknown|invalid|no such) (path|route|endpoint|url)/,
      /method not allowed|cannot (get|post) \/|no route|route [^\n]{0,60}not found/,
    ),
  },
  {
    kind: { code: "rate-limited", retryable: true },
    words: any(
      /rate[ _-]?limit|too many requests|requests? limit|\b(qps|rpm|tpm)\b[^\n]{0,20}limit|limit[^\n]{0,20}\((rpm|tpm)\)/,
      /(频率|速率)[^\n]{0,8}(限制|过高|太快)|请求过于频繁|访问量过大/,
    ),
  },
];

/** A server that could not read what was sent, in the words of llama.cpp, Ollama and vLLM. */
export const neverPasses = any(
  /mmproj|image input|(does not|doesn't|not) support(ed)? [^\n]{0,30}(image|vision|audio|file|multimodal|tool)/,
  /missing data required for image|failed to process (inputs?|images?)|failed to load image/,
  /(parse|parsing|decode)[^\n]{0,40}(arguments|as json|messages|request|content)|json\.exception/,
  /JSONDecodeError|unterminated string|expecting (value|property name|',' delimiter)|extra data: line/,
  /template|jinja|roles must alternate|unsupported (content|role|param|message)|invalid (message|role)/,
  /(param|choice) requires|not implemented|more system memory|roles? (is |are )?not supported/,
);

/*
 * Chinese for the sentences by which a server says what is wrong with an object or with a schema: those of
 * lib/schema, lib/agents/output and lib/protocol/json-zhBounds.ts. They are in logs as they were written.
 */

const zhKinds: Readonly<Record<string, string | undefined>> = {
  ...{ "a string": "文字", "a number": "数字", "a whole number": "整数", "true or false": "“是”或“否”" },
  ...{ "an array": "列表", "an object": "对象", null: "null", "an e-mail address": "邮箱地址" },
  ...{ "a web address": "网址", "a UUID": "UUID", "a date, as 2026-12-31": "日期，如 2026-12-31" },
  "a time, as 18:30:00": "时间，如 18:30:00",
  "a date with its time, as 2026-12-31T18:30:00Z": "带时间的日期，如 2026-12-31T18:30:00Z",
  "a duration, as PT30M": "时长，如 PT30M",
};

const zhUnits: Readonly<Record<string, string | undefined>> = {
  ...{ characters: "个字符", items: "项", properties: "个字段" },
};

/** Kinds with "or" between them; a value, or what else is not known here, stays. */
function kindIn(kind: string): string {
  const known = zhKinds[kind];
  if (known !== undefined) return known;
  const each = kind.split(/ or (?!false)/).map((one) => zhKinds[one]);
  return each.every((one) => one !== undefined) ? each.map(spacedZh).join("或").trim() : kind;
}

type Template = string | ((...groups: string[]) => string);

const partFaults: readonly (readonly [sentence: RegExp, template: Template])[] = [
  [/^is missing$/, "没有填写"],
  [/^lacks (.+)$/s, "缺少 $1"],
  [/^has to be one of (.+)$/s, "只能是以下之一：$1"],
  [/^has to be (at least|at most|more than|less than) (\S+)$/, (how, bound) => `应${zhBounds[how]} ${bound}`],
  [/^has to be a multiple of (\S+)$/, "应是 $1 的倍数"],
  [/^has to be of the format (.+)$/, "应符合格式 $1"],
  [/^has to be (.+)$/s, (kind) => `应是${spacedZh(kindIn(kind))}`],
  [/^needs at least (\S+) (\w+)$/, (count, unit) => `至少要有 ${count} ${zhUnits[unit] ?? unit}`],
  [/^may have at most (\S+) (\w+)$/, (count, unit) => `最多只能有 ${count} ${zhUnits[unit] ?? unit}`],
  [/^has to match (.+)$/s, "应符合 $1"],
  [/^has to begin with (.+)$/s, "应以 $1 开头"],
  [/^has to end with (.+)$/s, "应以 $1 结尾"],
  [/^has to contain (.+)$/s, "应包含 $1"],
  [/^may have no item twice$/, "不能有重复的项"],
  [/^may not be there$/, "不应出现"],
  [/^may not be named so$/, "不能用这个名字"],
  [/^is of a form that is excluded$/, "是被排除的形式"],
  [/^fits more than one of the forms of which it has to fit one$/, "只能符合其中一种形式，却符合了多种"],
  [/^fits none of the forms that it may have$/, "不符合任何一种允许的形式"],
  [/^has too few or too many items of a form$/, "某种形式的项过少或过多"],
  [/^is not accepted$/, "不被接受"],
  [/^it takes too long to check: make it smaller$/, "检查起来太久：请缩小内容"],
];

const zhBounds: Readonly<Record<string, string | undefined>> = {
  ...{ "at least": "不小于", "at most": "不大于", "more than": "大于", "less than": "小于" },
};

/** Of a whole object. */
const wholeFaults: readonly (readonly [sentence: RegExp, template: Template])[] = [
  [/^(?:the object is )?incomplete$/, "内容不完整"],
  [/^(?:the object is )?no valid JSON$/, "不是有效的 JSON"],
  [/^(?:the object is )?longer than (\d+) characters$/, "超过 $1 个字符"],
  [/^(?:the object is )?nested deeper than (\d+) levels$/, "嵌套超过 $1 层"],
  [/^(?:the object is )?not valid: no argument may be named (\S+)$/, "任何字段都不能叫 $1"],
  [/^(?:the object is )?not valid: a number is too large$/, "有一个数字过大"],
  [
    /^(?:the object is )?not valid: an integer has more digits than a number keeps/,
    "有一个整数的位数过多，无法准确保存",
  ],
];

/** Of a schema. */
const schemaSentences: readonly (readonly [sentence: RegExp, template: Template])[] = [
  [/^made of more than (\d+) schemas$/, "包含超过 $1 个 schema"],
  [/^a schema is an object, true or false$/, "schema 应是对象、true 或 false"],
  [/^leads to no schema in this document$/, "没有指向本文档中的 schema"],
  [/^is one of (.+), or a list of them$/, "应是 $1 之一，或它们的列表"],
  [/^is a list of values$/, "应是值的列表"],
  [/^is a list of names$/, "应是名字的列表"],
  [/^has a list of names for each name$/, "每个名字应对应一个名字列表"],
  [
    /^is a pattern of at most (\d+) characters that looks neither around nor back$/,
    "应是不超过 $1 个字符、既不前后查看也不引用前文的正则",
  ],
  [/^is true or false$/, "应是 true 或 false"],
  [/^is a number above 0$/, "应是大于 0 的数字"],
  [/^is a number$/, "应是数字"],
  [/^is a whole number of at least 0$/, "应是不小于 0 的整数"],
  [/^is a dialect that is not known here$/, "是这里不认识的 JSON Schema 版本"],
  [/^gives a part of the document an address of its own$/, "给文档的一部分单独设了地址"],
  [/^is one schema; a list of them is called prefixItems$/, "应是一个 schema；多个 schema 请用 prefixItems"],
  [
    /^has an object of schemas, by patterns that look neither around nor back$/,
    "应是以正则为键的 schema 对象，正则既不前后查看也不引用前文",
  ],
  [/^has a list of schemas$/, "应是 schema 的列表"],
  [/^has an object of schemas$/, "应是 schema 的对象"],
  [/^is no keyword that is known here$/, "是这里不认识的关键字"],
  [/^has to say "type": "object"$/, '应写明 "type": "object"'],
  [/^The question has no form\./, noFormSentence()],
  [
    /^The JSON in the question is no JSON Schema of an object/,
    '问题里的 JSON 不是对象的 JSON Schema：后者要有 "type": "object" 和 "properties"。',
  ],
  [
    /^The JSON in the question is not valid: (.+), line (\d+), column (\d+)\.$/,
    (reason, row, column) =>
      `问题里的 JSON 无效：第 ${row} 行第 ${column} 列${zhReasons[reason] ?? "有错误"}。`,
  ],
];

function noFormSentence(): string {
  return (
    "问题里没有写明格式。请在开头写一个对象的 JSON Schema，或每个字段写一行：" +
    "“姓名：文字”、“年龄：数字”、“技能：文字列表”、“等级：低 | 高”、“出生：日期，可选”。"
  );
}

const zhReasons: Readonly<Record<string, string | undefined>> = {
  ...{ "unexpected character": "有意外的字符", "unexpected end": "提前结束", "too deep": "嵌套过深" },
  "number out of range": "数字超出范围",
};

/** A blank between Chinese and what is not. */
const spacedZh = (told: string): string => (/^[\p{sc=Han}“]/u.test(told) ? told : ` ${told}`);

/** A sentence in Chinese; undefined: it is none of these. */
export function zhFault(sentence: string): string | undefined {
  for (const [pattern, template] of [...partFaults, ...wholeFaults, ...schemaSentences]) {
    const groups = pattern.exec(sentence);
    if (!groups) continue;
    return typeof template === "string"
      ? template.replace(/\$(\d)/g, (_, at: string) => groups[Number(at)] ?? "")
      : template(...groups.slice(1));
  }
  return undefined;
}

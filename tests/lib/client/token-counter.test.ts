import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTokenCounter } from "#lib/client/token-counter.ts";
import type { Part, TextPart } from "#lib/protocol/message.ts";

const base = { stepId: "s", startedAt: 1 };
const text = (words: string, type: TextPart["type"] = "text"): Part => ({
  ...base,
  type,
  id: "t",
  text: words,
});
const call = (inputText: string): Part => ({
  ...base,
  type: "tool",
  toolCallId: "t",
  toolName: "look",
  state: "input-streaming",
  inputText,
});

const count = (...parts: Part[]): number => createTokenCounter()(parts);

test("an answer that grows is counted to what it is counted to at once, whatever the pieces", () => {
  const whole = "Grüße an 世界, it’s 5 o’clock 😀. ".repeat(40);
  for (const size of [1, 7, 500]) {
    const countTokens = createTokenCounter();
    let counted = 0;
    for (let at = size; at < whole.length + size; at += size)
      counted = countTokens([text(whole.slice(0, at)), text("hm", "reasoning"), call(whole.slice(0, at))]);
    assert.equal(counted, count(text(whole), text("hm", "reasoning"), call(whole)));
  }
});

/** Texts, and how many tokens o200k_base makes of them (gpt-tokenizer 4.0.0). */
const texts: [language: string, tokens: number, text: string][] = [
  [
    "English",
    79,
    "The lease is signed for two years, and most of what people regret later is in the clauses that nobody reads aloud. Ask who pays for repairs above what sum, how the rent may rise, how you leave early, what state the flat must be returned in, and where the deposit is kept. None of these questions is rude; a landlord who minds them has told you something useful already.",
  ],
  [
    "Chinese",
    109,
    "租约签了两年，人们后来后悔的，多半是没有人念出声来的条款。问清楚多少钱以上的维修由谁承担，房租可以怎样上涨，怎样提前退租，交房时房子应当是什么样子，押金放在哪里。这些问题没有一个是失礼的；介意这些问题的房东，已经告诉了你一件有用的事。本地安装之后，服务器会自动打开数据库，并把每一次对话保存下来。",
  ],
  [
    "Japanese",
    105,
    "契約は二年間で、後になって後悔されるのは、たいてい誰も声に出して読まない条項です。いくら以上の修理は誰が払うのか、家賃はどのように上がるのか、早く出るにはどうすればよいのか、部屋はどんな状態で返すのか、敷金はどこに置かれるのかを尋ねてください。",
  ],
  [
    "Korean",
    90,
    "계약은 2년이고, 사람들이 나중에 후회하는 것은 대개 아무도 소리 내어 읽지 않는 조항입니다. 얼마 이상의 수리비를 누가 내는지, 월세가 어떻게 오를 수 있는지, 어떻게 일찍 나갈 수 있는지, 방을 어떤 상태로 돌려주어야 하는지, 보증금은 어디에 보관되는지 물어보세요.",
  ],
  [
    "German",
    69,
    "Der Mietvertrag läuft über zwei Jahre, und was man später bereut, steht meist in den Klauseln, die niemand laut vorliest. Fragen Sie, wer Reparaturen über welche Summe bezahlt, wie die Miete steigen darf, wie man früher auszieht, in welchem Zustand die Wohnung zurückgegeben werden muss und wo die Kaution liegt.",
  ],
  [
    "French",
    75,
    "Le bail est signé pour deux ans, et ce que l’on regrette plus tard se trouve le plus souvent dans les clauses que personne ne lit à voix haute. Demandez qui paie les réparations au-delà de quelle somme, comment le loyer peut augmenter, comment partir plus tôt, dans quel état l’appartement doit être rendu et où se trouve le dépôt.",
  ],
  [
    "Spanish",
    69,
    "El contrato se firma por dos años, y lo que la gente lamenta después suele estar en las cláusulas que nadie lee en voz alta. Pregunte quién paga las reparaciones a partir de qué suma, cómo puede subir el alquiler, cómo irse antes, en qué estado hay que devolver el piso y dónde se guarda la fianza.",
  ],
  [
    "Russian",
    72,
    "Договор подписывают на два года, и больше всего люди потом жалеют о тех пунктах, которые никто не читает вслух. Спросите, кто платит за ремонт свыше какой суммы, как может расти плата, как уехать раньше срока, в каком виде нужно вернуть квартиру и где хранится залог.",
  ],
  [
    "Arabic",
    81,
    "يُوقَّع العقد لمدة سنتين، وأكثر ما يندم عليه الناس لاحقا هو البنود التي لا يقرؤها أحد بصوت عال. اسأل من يدفع ثمن الإصلاحات فوق أي مبلغ، وكيف يمكن أن يرتفع الإيجار، وكيف تغادر مبكرا، وفي أي حالة يجب أن تعاد الشقة، وأين يحفظ التأمين.",
  ],
  [
    "Thai",
    71,
    "สัญญามีอายุสองปี และสิ่งที่ผู้คนเสียใจภายหลังมักอยู่ในข้อที่ไม่มีใครอ่านออกเสียง ถามว่าใครเป็นคนจ่ายค่าซ่อมที่เกินจำนวนเท่าใด ค่าเช่าขึ้นได้อย่างไร ย้ายออกก่อนกำหนดได้อย่างไร",
  ],
  [
    "Greek",
    46,
    "Το συμβόλαιο υπογράφεται για δύο χρόνια, και αυτά που οι άνθρωποι μετανιώνουν αργότερα βρίσκονται συνήθως στους όρους που κανείς δεν διαβάζει δυνατά.",
  ],
  [
    "Hebrew",
    36,
    "החוזה נחתם לשנתיים, ומה שאנשים מתחרטים עליו אחר כך נמצא בדרך כלל בסעיפים שאיש אינו קורא בקול רם.",
  ],
];
describe("the estimate is right to about a quarter", () => {
  for (const [language, tokens, words] of texts)
    test(language, () => {
      const estimate = count(text(words));
      assert.ok(Math.abs(estimate - tokens) <= tokens * 0.25, `${estimate} for ${tokens}`);
    });
});

test("a text that was begun anew is counted anew", () => {
  const counter = createTokenCounter();
  counter([text("a".repeat(400))]);
  assert.equal(counter([text("a".repeat(40))]), 10);
});

test("what no model wrote is not counted", () => {
  const handoff: Part = { ...base, type: "handoff", from: "a", to: "b", reason: "c".repeat(100) };
  const source: Part = { ...base, type: "source-url", sourceId: "s", url: "https://example.org/" };
  assert.equal(count(handoff, source), 0);
});

test("counting costs by the character, not by the call: 200,000 calls on one text", () => {
  const countTokens = createTokenCounter();
  const parts = [text("word ".repeat(40_000))];
  const before = performance.now();
  for (let call = 0; call < 200_000; call += 1) countTokens(parts);
  // As much as 200,000 characters each time would take minutes.
  assert.ok(performance.now() - before < 10_000);
});

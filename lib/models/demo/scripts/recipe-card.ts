import type { DemoScript } from "../demo-script.ts";

const en = {
  name: "Tomato and egg, for two",
  ingredients: ["3 ripe tomatoes", "4 eggs", "2 tbsp oil", "½ tsp salt", "1 tsp sugar", "2 spring onions"],
  steps: [
    "Cut the tomatoes into wedges. Beat the eggs with half of the salt.",
    "Heat half of the oil until it shimmers, pour in the eggs, and push them together as they set. Take them out while they are still soft.",
    "Heat the rest of the oil and fry the tomatoes with the sugar until they begin to fall apart, about four minutes.",
    "Put the eggs back, add the rest of the salt, and stir twice. Scatter the spring onions over it.",
  ],
};
const zh = {
  name: "番茄炒蛋（两人份）",
  ingredients: ["熟番茄 3 个", "鸡蛋 4 个", "油 2 大勺", "盐 半小勺", "糖 1 小勺", "小葱 2 根"],
  steps: [
    "番茄切块。鸡蛋加一半的盐打散。",
    "锅里放一半的油，烧热后倒入蛋液，边凝固边推成大块，还嫩的时候盛出。",
    "放入剩下的油，下番茄和糖，炒到开始出汁，大约四分钟。",
    "倒回鸡蛋，加剩下的盐，翻两下，撒上葱花。",
  ],
};

/** A card that fills in. */
export const recipeCard: DemoScript = {
  matches: ({ form }) => form?.name === "recipe",
  reply: ({ language }) => ({
    text: JSON.stringify(language === "zh" ? zh : en, null, 1),
    tokensPerSecond: 30,
  }),
};

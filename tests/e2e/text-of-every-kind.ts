export const thought =
  "**Considering**\n\nThe user wants `x`:\n\n1. Do **this**\n2. Do that\n\n```js\nconst a = 1;\n```";

/** What was set otherwise than its writer meant it, a few lines each. */
export const parts = {
  en: [
    "# One\n## Two\n### Three\n#### Four\nThe river runs past the mill,\nThe wheel goes round and is never still.\n\n**Name:** Example\n**Role:** Tester\n\n",
    "| # | Explanation |\n|---|---|\n| 1 | This is a long explanation of the first matter, which needs most of the width of the page. |\n| 2 | Short. |\n\n| Product | Vendor | Licence | First release | Latest version | Price | Notes |\n|---|:-:|---|---|---|--:|---|\n| Alphabetic | Example Corporation | Apache-2.0 | 2014-03-02 | 12.4.1-beta.3 | $1,299.00 | Needs `MAXIMUM_CONNECTION_POOL_SIZE` |\n| Betamaximum | Another Company | Proprietary | 2009-11-30 | 2026.04 | €89.90 | `/api/v1/organisations/{organisationId}/projects/{projectId}` |\n\n",
    "The rotation by \\(\\theta\\) is\n\\[\n\\begin{pmatrix}\n\\cos\\theta & -\\sin\\theta \\\\\n\\sin\\theta & \\cos\\theta\n\\end{pmatrix}\n\\]\n\n$$\n\\begin{aligned} a &= b + c \\\\ \\boxed{x} &= \\sqrt{\\frac{1}{2}} \\end{aligned}\n$$\n\nIt costs $5 and then $10.\n\n",
    "Water boils[^1] at sea level[^note]. See [[1]](https://example.com/a) and [Guide [PDF]](https://example.com/c.pdf).\n\n- [ ] open task\n- [x] done **task**, whose words go on until they are so many that they do not stand in one line\n  - [ ] nested\n\n1. [ ] ordered task\n2. plain\n\n> [!NOTE]\n> Mind the *gap*.\n\n> [!WARNING]\n> Hot.\n\nPress <kbd>Ctrl</kbd>+<kbd>C</kbd>, H<sub>2</sub>O, x<sup>2</sup>, <mark>so</mark>.\n\n<details>\n<summary>More about it</summary>\n\n- hidden **item**\n\n</details>\n\n[^1]: Handbook\n[^note]: A pressure of 1 atm is meant.\n\n",
    "## مقارنة سريعة\n\nهذا نص عربي فيه `npm install` وكلمة في الوسط.\n\n- العنصر الأول\n  - عنصر متداخل\n- [x] مهمة منجزة\n\n> اقتباس بالعربية\n\n| الاسم | العمر |\n|---|---:|\n| أحمد | 30 |\n\n- `git status` يعرض الحالة\n",
  ],
  zh: [
    "# 一级\n## 二级\n### 三级\n#### 四级\n春眠不觉晓，\n处处闻啼鸟。\n\n1、第一点\n2、第二点\n\n*强调*的字。\n\n",
    "| 序 | 说明 |\n|---|---|\n| 1 | 这是一段很长的说明，需要占用页面的大部分宽度才能读得舒服，而编号只需要几个像素。 |\n| 2 | 短。 |\n\n| 产品 | 厂商 | 许可 | 首次发布 | 版本 | 价格 |\n|---|:-:|---|---|---|--:|\n| 甲 | 某某公司 | 专有 | 2014-03-02 | 12.4.1 | ¥1,299.00 |\n\n",
    "其中$\\theta$是角，\n\\[\n\\sum_{i=1}^{n} a_i = \\frac{1}{2}\n\\]\n\n$5和$10 不是公式。\n\n",
    "水在一百度沸腾[^1]。\n\n- [ ] 待办\n- [x] **完成**\n\n> [!TIP]\n> 注意*间隙*。\n\n按 <kbd>确定</kbd>，H<sub>2</sub>O。\n\n<details>\n<summary>更多</summary>\n\n- 隐藏\n\n</details>\n\n[^1]: 手册\n",
  ],
} as const;

/** Of more than eight lines, with code. */
export const longQuestion = {
  en: `Is this right?\n\`\`\`ts\nconst a = 1;\n\`\`\`\n${"And this line of `code`?\n".repeat(12)}`,
  zh: `这样对吗？\n\`\`\`\nx = 1\n\`\`\`\n${"还有这一行 `x`？\n".repeat(12)}`,
} as const;

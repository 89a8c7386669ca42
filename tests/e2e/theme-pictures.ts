import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page, TestInfo } from "@playwright/test";

const folder = fileURLToPath(new URL("../../test-results/look", import.meta.url));

/** Pictures of a page in both themes, `<name>.<theme>.png`. */
export async function themePictures(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.screenshot({ path: join(folder, `${name}.${colorScheme}.png`), animations: "disabled" });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/**
 * The same in both languages, `<name>.<language>.<project>.<theme>.png`: the page itself in English, and a
 * Chinese one of the same person, once it is `ready`.
 */
export async function languagePictures(
  page: Page,
  name: string,
  { browser, info, ready }: { browser: Browser; info: TestInfo; ready(chinese: Page): Promise<void> },
): Promise<void> {
  await themePictures(page, `${name}.en.${info.project.name}`);
  const { viewport, hasTouch, isMobile } = info.project.use;
  const context = await browser.newContext({
    locale: "zh-CN",
    ...(viewport && { viewport }),
    ...(hasTouch && { hasTouch }),
    ...(isMobile && { isMobile }),
  });
  await context.addCookies(await page.context().cookies());
  const chinese = await context.newPage();
  await chinese.goto(page.url());
  await ready(chinese);
  await themePictures(chinese, `${name}.zh.${info.project.name}`);
  await context.close();
}

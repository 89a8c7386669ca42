import { cookies, headers } from "next/headers";
import type { Language } from "#lib/client/i18n/messages.ts";
import { pickLanguage } from "#lib/client/i18n/pick-language.ts";

/** The language of the page that is asked for. */
export const pageLanguage = async (): Promise<Language> =>
  pickLanguage((await cookies()).get("rivulet-lang")?.value, (await headers()).get("accept-language"));

import { useRouter } from "next/navigation";
import type { Language } from "#lib/client/i18n/messages.ts";
import { writeCookie } from "./write-cookie.ts";

/** Changes the language of the page; what the page holds stays. */
export function useChangeLanguage(): (language: Language) => void {
  const router = useRouter();
  return (language) => {
    writeCookie("rivulet-lang", language);
    router.refresh();
  };
}

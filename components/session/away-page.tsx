import type { ReactElement } from "react";
import { StatusPageBody } from "#components/ui/status-page-body.tsx";
import type { Translate } from "#lib/client/i18n/translate.ts";

/**
 * In place of a page whose conversations cannot be read just now. It asks again after so many seconds. Made
 * on the server: no page has a script for it.
 */
export const AwayPage = ({ t, seconds }: { t: Translate; seconds: number }): ReactElement => (
  <StatusPageBody t={t} named="away">
    <meta httpEquiv="refresh" content={`${seconds}`} />
    {/* Without script too: a form without an address asks for the page it stands on. */}
    <form className="inline">
      <button type="submit" className="btn fill">
        {t("action.retry")}
      </button>{" "}
    </form>
  </StatusPageBody>
);

import { StatusPage } from "#components/ui/status-page.tsx";
import { notThere } from "../../not-there.tsx";
import { readIndex } from "../../read-index.ts";

export const dynamic = "force-dynamic";

/**
 * After something that made the page's old contents wrong: says what was done, and leads back to a fresh
 * page.
 */
export default async function Page({ params }: PageProps<"/ended/[how]">) {
  const { how } = await params;
  const index = how === "joined" ? await readIndex() : [];
  switch (how) {
    case "logged-out":
      return <StatusPage named="ended.out" />;
    case "deleted":
      return <StatusPage named="ended.deleted" />;
    case "joined":
      return <StatusPage named="ended.joined" {...{ index }} />;
    default:
      return notThere("page");
  }
}

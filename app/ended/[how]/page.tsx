import { notFound } from "next/navigation";
import { LonePage } from "#components/ui/lone-page.tsx";

export const dynamic = "force-dynamic";

/**
 * After something that made the page's old contents wrong: says what was done, and leads back to a fresh
 * page.
 */
export default async function Page({ params }: PageProps<"/ended/[how]">) {
  switch ((await params).how) {
    case "logged-out":
      return <LonePage named="ended.out" />;
    case "deleted":
      return <LonePage named="ended.deleted" />;
    case "joined":
      return <LonePage named="ended.joined" />;
    default:
      return notFound();
  }
}

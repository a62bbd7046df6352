import type { Portal } from "../portal.ts";

/** Templates that new plans may get, by title in the portal's language. */
export function templateOptions(portal: Portal, search: string | null): readonly { label: string; value: string }[] {
  if (portal.about() === null) return [];
  const { newest, language } = portal.engine().config();
  const wanted = (search ?? "").toLowerCase();
  return [...newest.values()]
    .map(({ id, title }) => ({ value: id, label: title[language] ?? title.en ?? Object.values(title)[0] ?? id }))
    .filter(({ label }) => label.toLowerCase().includes(wanted));
}

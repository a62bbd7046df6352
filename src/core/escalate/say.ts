/** Why somebody else was told: who would have been it, by role and id, and what was in the way. Names are nobody's business here. */
import type { Language } from "../model.ts";
import type { PassedOver, Via } from "./people.ts";
import { ESCALATION_WORDS } from "./words.ts";

const ROLES: Readonly<Record<Via, string>> = {
  owner: "role.owner",
  structure: "role.manager",
  settings: "role.manager",
  team: "role.manager",
  rule: "role.rule",
  head: "role.head",
  executive: "role.executive",
  fallback: "role.fallback",
};

/** "manager 17 is away; head 4 is deactivated"; null where nobody was in the way. An owner who was told himself needs no word. */
export function sayPassed(passed: readonly PassedOver[], language: Language): string | null {
  const told = passed.flatMap(({ ownerId, via, why }) => {
    if (ownerId === null || why === "unset" || why === "is_owner") return [];
    const owner = `${ESCALATION_WORDS[ROLES[via]]![language]} ${ownerId}`;
    return [ESCALATION_WORDS[`passed.${why}`]![language].replace("{owner}", owner)];
  });
  return told.length === 0 ? null : told.join("; ");
}

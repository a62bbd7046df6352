import type { TextRef } from "../model.ts";
import { own } from "../own.ts";
import type { OwnerChoice, Plan, PlanConfig, PlanFacts } from "./types.ts";

type OwnerFacts = Pick<PlanFacts, "deal" | "client" | "owners">;

/** The owner a role names, or why it names nobody. */
function ownerOfRole(
  role: string,
  plan: Plan,
  facts: OwnerFacts,
  config: PlanConfig,
): { id: string } | { why: string } {
  const isActive = (id: string) => facts.owners[id]?.isActive === true;
  const holder = (id: string) => facts.client.heldBy?.[id] ?? id;
  if (role === "deal_owner" || role === "client_owner") {
    const named = role === "deal_owner" ? facts.deal?.ownerId : facts.client.ownerId;
    if (!named) return { why: "unset" };
    const id = holder(named);
    return isActive(id) ? { id } : { why: "inactive" };
  }
  const filled = own(config.roles, role);
  // A role that the portal never defined is not missing: templates name roles that only some portals have.
  if (!filled) return { why: "undefined" };
  if (filled.ownerIds.length === 0) return { why: "unset" };
  const active = filled.ownerIds.map(holder).filter(isActive);
  if (active.length === 0) return { why: "inactive" };
  return { id: filled.pick === "round_robin" ? active[plan.sequence % active.length]! : active[0]! };
}

/**
 * Who owns what the given roles are asked for: the first role that names an active owner, then the deal's owner, the client's, the portal's
 * fallback, and in the end the active owner with the smallest id. Never empty as long as the configuration names a fallback.
 */
export function chooseOwner(roles: readonly string[], plan: Plan, facts: OwnerFacts, config: PlanConfig): OwnerChoice {
  const missed: string[] = [];
  for (const role of new Set([...roles, "deal_owner", "client_owner"])) {
    const found = ownerOfRole(role, plan, facts, config);
    if ("id" in found) return { ownerId: found.id, role, missed };
    if (found.why !== "undefined") missed.push(`${role}:${found.why}`);
  }
  const fallback = facts.client.heldBy?.[config.fallbackOwnerId] ?? config.fallbackOwnerId;
  if (facts.owners[fallback]?.isActive) return { ownerId: fallback, role: "fallback", missed };
  missed.push("fallback:inactive");
  const anyone = Object.keys(facts.owners)
    .filter((id) => facts.owners[id]?.isActive)
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
  return { ownerId: anyone ?? config.fallbackOwnerId, role: "fallback", missed };
}

/** Owner of one step or touchpoint: a person's choice stays while that owner is active. @param pickedId whom a person chose, if anybody did */
export function chooseStepOwner(
  pickedId: string | null,
  roles: readonly string[],
  plan: Plan,
  facts: OwnerFacts,
  config: PlanConfig,
): OwnerChoice {
  const picked = pickedId && (facts.client.heldBy?.[pickedId] ?? pickedId);
  if (picked !== null && facts.owners[picked]?.isActive) return { ownerId: picked, role: "picked", missed: [] };
  const choice = chooseOwner(roles, plan, facts, config);
  return picked === null ? choice : { ...choice, missed: ["picked:inactive", ...choice.missed] };
}

/** Active owners that fill the given helper roles, without the owner itself and without doubles. */
export function chooseHelpers(
  roles: readonly string[],
  ownerId: string,
  plan: Plan,
  facts: OwnerFacts,
  config: PlanConfig,
): string[] {
  const ids = new Set<string>();
  for (const role of roles) {
    const found = ownerOfRole(role, plan, facts, config);
    if ("id" in found && found.id !== ownerId) ids.add(found.id);
  }
  return [...ids];
}

/** The reason to write on the record where the first choice was not available; null where it was. */
export function ownerReason(choice: OwnerChoice): TextRef | null {
  if (choice.missed.length === 0) return null;
  return { id: "plan.owner_reason", params: { role: choice.role, missed: choice.missed.join(",") } };
}

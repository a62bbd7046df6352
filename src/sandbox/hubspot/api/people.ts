import { type Answer, type Call, ok, type Route } from "../call.ts";
import { contractBroken, notFound } from "../errors.ts";
import type { Owner } from "../people.ts";
import { isoInstant } from "../values.ts";

/** Owners, users and teams (facts sheet 5.8, 8). */
function shapeOwner(call: Call, owner: Owner): Record<string, unknown> {
  const archived = owner.archivedAt !== null;
  return {
    id: owner.id,
    email: owner.email,
    firstName: owner.firstName,
    lastName: owner.lastName,
    type: owner.type,
    // an archived owner has no userId any more
    ...(archived || owner.type === "QUEUE" ? {} : { userId: owner.userId }),
    userIdIncludingInactive: owner.userId,
    createdAt: isoInstant(owner.createdAt),
    updatedAt: isoInstant(owner.updatedAt),
    archived,
    ...(owner.teams.length > 0
      ? {
          teams: owner.teams.map(({ id, primary }) => ({
            id,
            name: call.crm.people.teams.get(id)?.name ?? "",
            primary,
          })),
        }
      : {}),
  };
}

function page<Item>(call: Call, items: readonly Item[], idOf: (item: Item) => string, usual: number, most: number) {
  const limit = Number(call.query.get("limit") ?? usual);
  if (limit < 1 || limit > most) throw contractBroken(`limit ${limit} is not between 1 and ${most}`);
  const after = call.query.get("after");
  const start = after ? items.findIndex((item) => idOf(item) === after) : 0;
  if (start < 0) throw contractBroken(`after ${after} is not a cursor`);
  const next = items[start + limit];
  return {
    shown: items.slice(start, start + limit),
    paging: next ? { paging: { next: { after: idOf(next), link: `?after=${idOf(next)}` } } } : {},
  };
}

function listOwners(call: Call): Answer {
  const archived = call.query.get("archived") === "true";
  const email = call.query.get("email")?.toLowerCase();
  const owners = [...call.crm.people.owners.values()].filter(
    (owner) => (owner.archivedAt !== null) === archived && (!email || owner.email.toLowerCase() === email),
  );
  const { shown, paging } = page(call, owners, (owner) => owner.id, 100, 500);
  return ok({ results: shown.map((owner) => shapeOwner(call, owner)), ...paging });
}

function readOwner(call: Call): Answer {
  const archived = call.query.get("archived") === "true";
  const byUser = call.query.get("idProperty") === "userId";
  const id = call.params.ownerId!;
  const owner = byUser ? call.crm.people.byUser(Number(id)) : (call.crm.people.owners.get(id) ?? null);
  if (!owner || (owner.archivedAt !== null) !== archived) throw notFound();
  return ok(shapeOwner(call, owner));
}

function shapeUser(owner: Owner): Record<string, unknown> {
  const [primary, ...others] = [...owner.teams].sort((a, b) => Number(b.primary) - Number(a.primary));
  return {
    id: String(owner.userId),
    email: owner.email,
    firstName: owner.firstName,
    lastName: owner.lastName,
    roleIds: [],
    ...(primary ? { primaryTeamId: primary.id, secondaryTeamIds: others.map((team) => team.id) } : {}),
    superAdmin: owner.superAdmin,
  };
}

function activeUsers(call: Call): Owner[] {
  return [...call.crm.people.owners.values()].filter((owner) => owner.archivedAt === null && owner.type === "PERSON");
}

function listUsers(call: Call): Answer {
  const { shown, paging } = page(call, activeUsers(call), (owner) => String(owner.userId), 100, 100);
  return ok({ results: shown.map(shapeUser), ...paging });
}

function readUser(call: Call): Answer {
  const id = call.params.userId!;
  const byEmail = call.query.get("idProperty") === "EMAIL";
  const owner = activeUsers(call).find((candidate) => (byEmail ? candidate.email : String(candidate.userId)) === id);
  if (!owner) throw notFound();
  return ok(shapeUser(owner));
}

function listTeams(call: Call): Answer {
  const users = activeUsers(call);
  const idsOf = (teamId: string, primary: boolean) =>
    users
      .filter((owner) => owner.teams.some((team) => team.id === teamId && team.primary === primary))
      .map((owner) => String(owner.userId));
  const results = [...call.crm.people.teams.values()].map(({ id, name }) => ({
    id,
    name,
    userIds: idsOf(id, true),
    secondaryUserIds: idsOf(id, false),
  }));
  return ok({ results });
}

// ---------------------------------------------------------------- teams by themselves (beta)

function listTeamObjects(call: Call): Answer {
  const { shown, paging } = page(call, [...call.crm.people.teams.values()], (team) => team.id, 100, 100);
  return ok({ results: shown, ...paging });
}

function readTeam(call: Call): Answer {
  const team = call.crm.people.teams.get(call.params.teamId!);
  if (!team) throw notFound();
  return ok(team);
}

function listMembers(call: Call): Answer {
  const { teamId } = call.params as { teamId: string };
  if (!call.crm.people.teams.has(teamId)) throw notFound();
  const members = activeUsers(call).flatMap((owner) => {
    const membership = owner.teams.find((team) => team.id === teamId);
    return membership ? [{ userId: String(owner.userId), type: membership.primary ? "DEFAULT" : "EXTRA" }] : [];
  });
  const { shown, paging } = page(call, members, (member) => member.userId, 100, 100);
  return ok({ results: shown, ...paging });
}

const teams = () => ["settings.users.teams.read"];
const TEAMS = "/settings/teams/2026-09-beta";
const owners = () => ["crm.objects.owners.read"];
const users = () => ["settings.users.read"];

export const PEOPLE_ROUTES: readonly Route[] = [
  { method: "GET", path: "/crm/owners/2026-09", scopes: owners, handle: listOwners },
  { method: "GET", path: "/crm/owners/2026-09/{ownerId}", scopes: owners, handle: readOwner },
  { method: "GET", path: "/settings/users/2026-03", scopes: users, handle: listUsers },
  { method: "GET", path: "/settings/users/2026-03/roles", scopes: users, handle: () => ok({ results: [] }) },
  {
    method: "GET",
    path: "/settings/users/2026-03/teams",
    scopes: teams,
    handle: listTeams,
  },
  { method: "GET", path: "/settings/users/2026-03/{userId}", scopes: users, handle: readUser },
  { method: "GET", path: TEAMS, scopes: teams, handle: listTeamObjects },
  { method: "GET", path: `${TEAMS}/{teamId}`, scopes: teams, handle: readTeam },
  { method: "GET", path: `${TEAMS}/{teamId}/members`, scopes: teams, handle: listMembers },
];

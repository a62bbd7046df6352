/** Who is looking, as the portal judges it: which clients this person may see, and whether settings are open. */
import type { ClientKey } from "../core/model.ts";
import type { Grant, Owner } from "../crm/port.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";

/** A person in front of a screen. Made by the web layer from what the CRM proved; never from what a page says. */
export interface Viewer {
  /** the CRM's id of the person */
  userId: string;
  /** the id under which this person owns records and tasks; null: owns nothing */
  ownerId: string | null;
  isAdmin: boolean;
  /** clients that the CRM itself let this person see when the frame was opened */
  records: readonly ClientKey[];
}

/** Who may do what on our screens. Kept apart from the published configuration: rolling that back changes nobody's rights. */
export interface Access {
  /** user ids of people who see settings and every client, besides the installing person */
  admins: readonly string[];
  /** own: the clients one owns, answers for, or whose owner one leads · all: every client of the portal */
  sees: "own" | "all";
}

const DEFAULT_ACCESS: Access = { admins: [], sees: "own" };

export function accessOf(portal: Portal): Access {
  return portal.store.meta.get<Access>("access") ?? DEFAULT_ACCESS;
}

export function keepAccess(portal: Portal, access: Access): void {
  portal.store.meta.set("access", { admins: [...new Set(access.admins)].sort(), sees: access.sees } satisfies Access);
}

/** What the web layer needs to know of a portal before anybody is let in. */
export interface PortalFacts {
  applicationToken: string | null;
  endpoint: string | null;
  authServer: string | null;
  /** an event lent us its access for an hour: an administrator who opens a frame gives us our own again */
  isLent: boolean;
  /** whose access the portal's own is */
  userId: string | null;
}

/** The grant as stored; null once the portal left. */
export function grantOf(portal: Portal, around: Pick<Surroundings, "vault">): Grant | null {
  const sealed = portal.isInstalled() ? portal.store.meta.get<string>("grant") : null;
  return sealed === null ? null : (JSON.parse(around.vault.open(sealed)) as Grant);
}

/** What a frame's proof is compared with, and which host may frame us. */
export function portalFacts(portal: Portal, around: Pick<Surroundings, "vault">): PortalFacts {
  const grant = grantOf(portal, around);
  const { applicationToken = null, endpoint = null, authServer = null, userId = null } = grant ?? {};
  return { applicationToken, endpoint, authServer, isLent: grant?.refreshToken === "", userId };
}

/** Who a user of the CRM is to us. `isAdmin` is what the CRM itself said, where it says it; else the list and the installing person decide. */
export function viewerOf(
  portal: Portal,
  around: Pick<Surroundings, "vault">,
  userId: string,
  isAdmin: boolean | null,
): Viewer {
  const owner = ownersOf(portal).find((one) => (one.userId ?? one.id) === userId);
  const installer = grantOf(portal, around)?.userId ?? null;
  const admin = isAdmin ?? (userId === installer || accessOf(portal).admins.includes(userId));
  return { userId, ownerId: owner?.id ?? null, isAdmin: admin, records: [] };
}

function ownersOf(portal: Portal): readonly Owner[] {
  return portal.about()?.owners ?? [];
}

/** Active people with the id under which they log in. */
export function usersOf(portal: Portal): readonly { userId: string; ownerId: string }[] {
  return ownersOf(portal).flatMap((one) => (one.active ? [{ userId: one.userId ?? one.id, ownerId: one.id }] : []));
}

/** Null: every client. Else the owner ids whose clients this person may see: the own one and everybody led, however deep. */
export function ownersSeen(portal: Portal, viewer: Viewer): readonly string[] | null {
  if (viewer.isAdmin || accessOf(portal).sees === "all") return null;
  if (viewer.ownerId === null) return [];
  const seen = new Set([viewer.ownerId]);
  const leaders = leadersOf(portal);
  for (let size = 0; size !== seen.size; ) {
    size = seen.size;
    for (const [ownerId, ids] of leaders) if (ids.some((id) => seen.has(id))) seen.add(ownerId);
  }
  return [...seen];
}

/** By owner: who leads this person, by the CRM's structure and by the settings. */
function leadersOf(portal: Portal): readonly (readonly [ownerId: string, leaders: readonly string[]])[] {
  const { managerOf, managerOfTeam } = portal.settings().people;
  return ownersOf(portal).map(({ id, managerId, teamIds }) => {
    const named = [managerId, managerOf[id], ...teamIds.map((team) => managerOfTeam[team])];
    return [id, named.filter((one): one is string => typeof one === "string" && one !== id)] as const;
  });
}

export function maySeeClient(
  portal: Portal,
  viewer: Viewer,
  client: { key: ClientKey; ownerId: string | null; escalationOwnerId: string | null },
): boolean {
  if (viewer.records.includes(client.key)) return true;
  const owners = ownersSeen(portal, viewer);
  if (owners === null) return true;
  return [client.ownerId, client.escalationOwnerId].some((id) => id !== null && owners.includes(id));
}

/** What tests of signs share: usage as a product sends it, and what the client's card says of a sign. */
import type { CardAnswer, ClientCard } from "../../src/views/client-card.ts";
import type { Viewer } from "../../src/views/viewer.ts";
import { HOUR, PUBLIC_URL, START } from "../support/house.ts";
import type { TaskSeen, World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";

export const ADMIN: Viewer = { userId: "1", ownerId: null, isAdmin: true, records: [] };
const WEEK_DAYS = 7;

export interface Use {
  event: string;
  company: string;
  /** epoch ms */
  at: number;
  id: string;
  minutes?: number;
}

/** So many uses, spread over the days of a week at noon; week 0 is the one that begins with `START`, a Monday. */
export function usesOf(company: string, event: string, week: number, many: number, minutes?: number): readonly Use[] {
  return Array.from({ length: many }, (_, n) => ({
    event,
    company,
    at: START + (WEEK_DAYS * week + (n % WEEK_DAYS)) * 24 * HOUR + HOUR,
    id: `${company}/${event}/${week}/${n}`,
    ...(minutes !== undefined && { minutes }),
  }));
}

/** Sends uses as a product does, in batches of the Segment format. */
export async function send(world: World, key: string, uses: readonly Use[]): Promise<void> {
  const calls = uses.map(({ event, company, at, id, minutes }) => ({
    type: "track",
    event,
    userId: `user of ${company}`,
    messageId: id,
    timestamp: new Date(at).toISOString(),
    context: { groupId: company },
    ...(minutes !== undefined && { properties: { minutes } }),
  }));
  for (let from = 0; from < calls.length; from += 500) {
    const answer = await world.house.app.request(`${PUBLIC_URL}/v1/batch`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${key}:`)}` },
      body: JSON.stringify({ batch: calls.slice(from, from + 500) }),
    });
    if (answer.status !== 200) throw new Error(`usage was answered ${answer.status}`);
  }
}

export async function cardOf(world: World, company: string, viewer: Viewer = ADMIN): Promise<ClientCard> {
  const asked = await world.house.host.ask(world.id, "card", [viewer, `company:${company}`, "en"] as never);
  const answer = asked as CardAnswer;
  if (!answer.ok) throw new Error(answer.why);
  return answer.card;
}

/** What the card says of a sign: that it fires or not and with what, or why it cannot be judged. */
export async function signOn(world: World, company: string, id: string): Promise<string> {
  const { signs } = await cardOf(world, company);
  const firing = signs.firing.find((one) => one.id === id);
  const quiet = signs.quiet.find((one) => one.id === id);
  const bare = (said: string) => said.replaceAll("\u00a0", " ");
  if (firing) return `fires: ${bare(firing.said)}`;
  return quiet ? `quiet: ${bare(quiet.said)}` : signs.unjudged.find(({ ids }) => ids.includes(id))!.why;
}

/** Tasks of a client that are called so, done or not; the client's name follows. */
export function tasksCalled(world: World, company: string, subject: string): readonly TaskSeen[] {
  const isIt = (task: TaskSeen) => task.subject.startsWith(`${subject}: `) && task.links.includes(`company:${company}`);
  return world.tasks().filter(isIt);
}

/** A rule of the CRM's own automation asks for something, on a deal. */
export async function automate(
  world: World,
  deal: string,
  code: string,
  inputs: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (world instanceof HubSpotPortalWorld) {
    const actionUrl = `${PUBLIC_URL}/hubspot/actions/${code}`;
    await world.portal.fireAction({ actionUrl, objectType: "deals", objectId: deal, inputFields: { ...inputs } });
  }
  if (world instanceof Bitrix24PortalWorld) world.portal.fireRobot(`tenure_${code}`, Number(deal), { ...inputs });
}

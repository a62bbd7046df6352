/**
 * Ties a portal to our doors: events, tabs on cards, robots; and unties it. Everything is looked up first, so that a second run
 * changes nothing, and what is bound to an earlier address of ours is taken off. Facts sheet sections 7, 13, 14.
 */
import { z } from "zod";
import { LANGUAGES } from "../../core/model.ts";
import { chunksOf } from "../batch.ts";
import { CrmFailure, isFailure } from "../failure.ts";
import { type Client, type Command, optionalResult, type Reply, resultOf, shapeOf } from "./client.ts";
import type { Params } from "./form.ts";
import { ROBOTS, robotCode, robotFields } from "./robots.ts";
import { ROBOT_PREFIX } from "./webhook.ts";

/** Doors below the public URL. */
export const EVENTS_PATH = "/bitrix24/events";
export const APP_PATH = "/bitrix24/app";

/** Requests that binding takes: one look, up to two of changes, one further look when the portal refused. */
const BIND_REQUESTS = 4;

/** Facts sheet section 7.5. A pipeline change raises only MOVETOCATEGORY; invoices are dynamic items. */
const RECORD_EVENTS: readonly string[] = [
  "ONCRMDEALADD",
  "ONCRMDEALUPDATE",
  "ONCRMDEALDELETE",
  "ONCRMDEALMOVETOCATEGORY",
  "ONCRMCONTACTADD",
  "ONCRMCONTACTUPDATE",
  "ONCRMCONTACTDELETE",
  "ONCRMCOMPANYADD",
  "ONCRMCOMPANYUPDATE",
  "ONCRMCOMPANYDELETE",
  "ONCRMDYNAMICITEMADD",
  "ONCRMDYNAMICITEMUPDATE",
  "ONCRMDYNAMICITEMDELETE",
  "ONCRMACTIVITYADD",
  "ONCRMACTIVITYUPDATE",
  "ONCRMACTIVITYDELETE",
  "ONTASKADD",
  "ONTASKUPDATE",
  "ONTASKDELETE",
];
const OTHER_EVENTS: readonly string[] = [
  "ONAPPINSTALL",
  "ONAPPUPDATE",
  "ONAPPUNINSTALL",
  "ONAPPPAYMENT",
  ...["DEAL", "COMPANY", "CONTACT"].flatMap((entity) =>
    ["UPDATE", "DELETE", "SETENUMVALUES"].map((verb) => `ONCRM${entity}USERFIELD${verb}`),
  ),
];
/** Without these the product cannot work; the others may be missing on an old portal. */
const NEEDED = new Set(["ONCRMDEALUPDATE", "ONCRMDEALADD", "ONCRMCOMPANYUPDATE", "ONAPPUNINSTALL"]);

const PLACEMENTS: readonly string[] = [
  "CRM_DEAL_DETAIL_TAB",
  "CRM_COMPANY_DETAIL_TAB",
  "CRM_CONTACT_DETAIL_TAB",
  "LEFT_MENU",
];
const TITLES = { en: "Tenure", ru: "Tenure", ua: "Tenure", ro: "Tenure" } as const;

const Bindings = z.array(z.looseObject({ event: z.string(), handler: z.string(), offline: z.unknown().optional() }));
const Placements = z.array(z.looseObject({ placement: z.string(), handler: z.string() }));
const Names = z.array(z.string());

interface Present {
  events: z.infer<typeof Bindings>;
  /** names that the portal knows, upper case; null when it does not tell */
  known: ReadonlySet<string> | null;
  placements: z.infer<typeof Placements>;
  offered: ReadonlySet<string>;
  /** null when robots are not available here */
  robots: readonly string[] | null;
}

async function look(client: Client): Promise<Present> {
  const replies = await client.batch(
    new Map<string, Command>([
      ["events", { method: "event.get" }],
      ["names", { method: "events" }],
      ["placements", { method: "placement.get" }],
      ["offered", { method: "placement.list" }],
      ["robots", { method: "bizproc.robot.list" }],
    ]),
  );
  const names = Names.safeParse(optionalResult(replies, "names"));
  const robots = Names.safeParse(optionalResult(replies, "robots"));
  return {
    events: shapeOf(Bindings, resultOf(replies, "events"), "event.get"),
    known: names.success && names.data.length > 0 ? new Set(names.data.map((name) => name.toUpperCase())) : null,
    placements: Placements.safeParse(optionalResult(replies, "placements")).data ?? [],
    offered: new Set(Names.safeParse(optionalResult(replies, "offered")).data ?? []),
    robots: robots.success ? robots.data : null,
  };
}

export interface BindOptions {
  publicUrl: string;
  /** whose token robots run with, and events bring along */
  userId: string;
  /** the plan keeps a queue of changes for us */
  offline: boolean;
}

/** Idempotent. @throws CrmFailure `refused` when the portal takes none of the events that the product lives on */
export async function bindPortal(client: Client, options: BindOptions, nowMs: number): Promise<void> {
  client.limits.require(new Map(), nowMs, BIND_REQUESTS);
  const publicUrl = options.publicUrl.replace(/\/+$/, "");
  const present = await look(client);
  const commands = [
    ...eventCommands(present, publicUrl, options),
    ...placementCommands(present, publicUrl),
    ...robotCommands(present, publicUrl, options.userId),
  ];
  const failed: string[] = [];
  for (const chunk of chunksOf(commands, 50)) {
    const replies = await sent(client, new Map(chunk.map(({ command }, index) => [`b${index}`, command])));
    for (const [index, { name }] of chunk.entries()) {
      const reply = replies.get(`b${index}`);
      if (reply && !reply.ok && "error" in reply && reply.error.failure === "limited") throw reply.error;
      if (!reply?.ok && name !== null && NEEDED.has(name)) failed.push(name);
    }
  }
  if (failed.length === 0) return;
  // A repeat of a binding is refused under a code on which sources disagree: what counts is what is bound now.
  const bound = new Set((await look(client)).events.map(({ event }) => event.toUpperCase()));
  const missing = failed.filter((name) => !bound.has(name));
  if (missing.length > 0) {
    throw new CrmFailure(
      "refused",
      "The portal did not take the event handlers that Tenure lives on; an administrator has to open Tenure once.",
      {
        code: "NOT_BOUND",
        about: missing,
      },
    );
  }
}

/** Binding twice does no harm, so a lost answer is a matter of the next run. */
async function sent(client: Client, commands: ReadonlyMap<string, Command>): Promise<Map<string, Reply>> {
  try {
    return await client.batch(commands, true);
  } catch (error) {
    if (isFailure(error, "unknown")) {
      throw new CrmFailure("unavailable", "The portal did not answer while handlers were bound.", { code: error.code });
    }
    throw error;
  }
}

interface Step {
  /** event name, where its failure matters */
  name: string | null;
  command: Command;
}

/**
 * Events are bound for the administrator: each brings that person's access along, from whoever's deed it comes, and so lends it where
 * the refresh token was lost (recover in webhook.ts). Facts sheet section 7.1; what a portal does with it is unverified.
 */
function eventCommands(present: Present, publicUrl: string, { offline, userId }: BindOptions): Step[] {
  const handler = `${publicUrl}${EVENTS_PATH}`;
  const wanted = [...RECORD_EVENTS, ...OTHER_EVENTS].filter(
    (name) => present.known === null || present.known.has(name),
  );
  const isOffline = (binding: { offline?: unknown }): boolean => Number(binding.offline ?? 0) === 1;
  const stale = present.events.filter(
    (binding) => !isOffline(binding) && !isOfBot(binding) && binding.handler !== handler,
  );
  const online = new Set(
    present.events
      .filter((binding) => !isOffline(binding) && binding.handler === handler)
      .map(({ event }) => event.toUpperCase()),
  );
  const queued = new Set(present.events.filter(isOffline).map(({ event }) => event.toUpperCase()));
  const steps: Step[] = stale.map(({ event, handler: old }) => ({
    name: null,
    command: { method: "event.unbind", params: { event, handler: old } },
  }));
  for (const event of wanted)
    if (!online.has(event))
      steps.push({
        name: event,
        command: { method: "event.bind", params: { event, handler, auth_type: Number(userId) } },
      });
  if (!offline) return steps;
  for (const event of RECORD_EVENTS.filter((name) => wanted.includes(name) && !queued.has(name))) {
    steps.push({ name: null, command: { method: "event.bind", params: { event, handler, event_type: "offline" } } });
  }
  return steps;
}

/** A bot's own events come and go with the bot; taking them off by hand confuses the portal's books. */
function isOfBot({ event }: { event: string }): boolean {
  return event.toUpperCase().startsWith("ONIMBOT");
}

function placementCommands(present: Present, publicUrl: string): Step[] {
  const handler = `${publicUrl}${APP_PATH}`;
  const languages = Object.fromEntries(
    LANGUAGES.map((language) => [language === "uk" ? "ua" : language, { TITLE: TITLES.en }]),
  );
  const steps: Step[] = present.placements
    .filter((placement) => placement.handler !== handler)
    .map(({ placement, handler: old }) => ({
      name: null,
      command: { method: "placement.unbind", params: { PLACEMENT: placement, HANDLER: old } },
    }));
  for (const placement of PLACEMENTS) {
    const there = present.placements.some((each) => each.placement === placement && each.handler === handler);
    if (there || !present.offered.has(placement)) continue;
    const params: Params = { PLACEMENT: placement, HANDLER: handler, TITLE: TITLES.en, LANG_ALL: languages };
    steps.push({ name: null, command: { method: "placement.bind", params } });
  }
  return steps;
}

/** A robot that is there is brought up to date; it may be of an earlier version of ours. */
function robotCommands(present: Present, publicUrl: string, userId: string): Step[] {
  if (present.robots === null) return [];
  return ROBOTS.map((robot) => {
    const CODE = robotCode(robot);
    const fields = robotFields(robot, publicUrl, userId);
    const command = present.robots?.includes(CODE)
      ? { method: "bizproc.robot.update", params: { CODE, FIELDS: fields } }
      : { method: "bizproc.robot.add", params: { CODE, ...fields } };
    return { name: null, command };
  });
}

/** Takes off everything that `bindPortal` put on. What the portal refuses is left to its uninstall. @throws CrmFailure */
export async function unbindPortal(client: Client, nowMs: number): Promise<void> {
  client.limits.require(new Map(), nowMs, BIND_REQUESTS);
  const present = await look(client);
  const commands: Command[] = [
    ...present.events
      .filter((binding) => !isOfBot(binding))
      .map(({ event, handler, offline }) => ({
        method: "event.unbind",
        params: { event, handler, ...(Number(offline ?? 0) === 1 ? { event_type: "offline" } : {}) },
      })),
    ...present.placements.map(({ placement, handler }) => ({
      method: "placement.unbind",
      params: { PLACEMENT: placement, HANDLER: handler },
    })),
    ...(present.robots ?? [])
      .filter((code) => code.startsWith(ROBOT_PREFIX))
      .map((CODE) => ({ method: "bizproc.robot.delete", params: { CODE } })),
  ];
  for (const chunk of chunksOf(commands, 50))
    await sent(client, new Map(chunk.map((command, index) => [`u${index}`, command])));
}

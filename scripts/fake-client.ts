/**
 * `npm run fake-client -- --crm hubspot|bitrix24 [--start 2026-03-02] [--days 90] [--headcount N] [--silent-on DAY] [--replies-on DAY] [--json]`: one fake client through 90 simulated
 * days against a sandbox portal with a real calendar and owners. Lists every planned write before it happens, escalations, letters and score
 * changes; writes nothing, which the portal before and after shows. Exit 1 when something was left behind.
 */
import { parseArgs } from "node:util";
import { parseDay } from "../src/core/calendar/day.ts";
import { instantOf } from "../src/core/calendar/zone.ts";
import type { RehearsalView } from "../src/doors/rehearse.ts";
import { HOUR, House } from "../test/support/house.ts";
import { addPortal, VENDORS, type VendorName, type World } from "../test/support/world.ts";

const TEAM = ["Айгуль", "Олена", "Andrei"];
const ZONE = "Europe/Kyiv";
/** Working hour at which the deal is won, minutes after midnight. */
const WON_MINUTE = 600;

interface Asked {
  crm: VendorName;
  start: string;
  days: number;
  headcount: number | null;
  silentOnDay: number | null;
  repliesOnDay: number | null;
  isJson: boolean;
}

/** @throws Error that says what may be given */
function asked(args: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...args],
    options: {
      crm: { type: "string", default: "hubspot" },
      start: { type: "string", default: "2026-03-02" },
      days: { type: "string", default: "90" },
      headcount: { type: "string" },
      "silent-on": { type: "string" },
      "replies-on": { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const crm = VENDORS.find((one) => one === values.crm);
  if (!crm) throw new Error(`--crm is one of ${VENDORS.join(", ")}; got "${values.crm}"`);
  const number = (text: string | undefined) => (text === undefined ? null : Number(text));
  return {
    crm,
    start: values.start,
    days: Number(values.days),
    headcount: number(values.headcount),
    silentOnDay: number(values["silent-on"]),
    repliesOnDay: number(values["replies-on"]),
    isJson: values.json,
  };
}

/** Everything that stands in the CRM, as one text. */
function pictureOf(world: World): string {
  const { portal } = world as unknown as { portal: { snapshot(): unknown } };
  return JSON.stringify(portal.snapshot());
}

async function main(): Promise<number> {
  const { crm, start, days, headcount, silentOnDay, repliesOnDay, isJson } = asked(process.argv.slice(2));
  const startAt = instantOf(parseDay(start), WON_MINUTE, ZONE);
  const house = new House({ startAt: startAt - 3 * HOUR });
  const world = addPortal(house, crm);
  const [ownerId] = TEAM.map((name) => world.owner(name));
  await world.install();
  await house.run(startAt);
  const before = { picture: pictureOf(world), writes: world.writes() };
  const ask = { startAt, days, ownerId, silentOnDay, repliesOnDay, ...(headcount !== null && { headcount }) };
  const view = (await house.host.ask(world.id, "rehearse", [ask])) as RehearsalView;
  await house.runFor(HOUR / 2);
  const isClean = pictureOf(world) === before.picture && world.writes() === before.writes;
  house.close();
  if (!isJson) list(view);
  const count = (kind: string) => view.lines.filter((line) => line.kind === kind && line.verb === "create").length;
  const escalations = view.lines.filter((line) => line.isEscalation && line.verb === "create").length;
  const counts = { tasks: count("task"), notices: count("notice"), notes: count("note"), letters: count("message") };
  const summary = { fakeClient: crm, days, planned: view.lines.length, ...counts, escalations };
  console.log(JSON.stringify({ ...summary, scoreChanges: view.scores.length, isLeftBehind: !isClean }));
  if (!isClean) console.error("The portal is not what it was before: the fake client left something behind.");
  return isClean ? 0 : 1;
}

function list({ lines, scores, phases, zone, language }: RehearsalView): void {
  const when = new Intl.DateTimeFormat(language, { timeZone: zone, dateStyle: "medium", timeStyle: "short" });
  const due = new Intl.DateTimeFormat(language, { timeZone: zone, dateStyle: "medium" });
  console.log("Planned writes, in the order in which they would be made (nothing is written):");
  for (const line of lines) {
    const what = line.isEscalation ? "escalation" : line.kind;
    const until = line.dueAt === null ? "" : ` (due ${due.format(line.dueAt)})`;
    const said = line.kind === "fields" ? `${line.key.split(":")[1]}: ${fieldsText(line.fields)}` : line.text;
    const text = said.replaceAll(/\s*\n\s*/g, " / ");
    const who = line.ownerId === null ? "" : ` owner ${line.ownerId}:`;
    console.log(
      `  day ${String(line.day).padStart(2)}  ${when.format(line.at)}  ${line.verb} ${what}${who} ${text}${until}`,
    );
  }
  console.log("Phases:", phases.map((one) => `day ${one.day} ${one.phase}`).join(", "));
  console.log("Score:", scores.map((one) => `day ${one.day} ${Math.round(one.score)} ${one.zone}`).join(", "));
}

function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  const say = (value: unknown) =>
    typeof value === "object" && value !== null && "id" in value ? `<${value.id}>` : value;
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${say(value)}`)
    .join(" ");
}

try {
  process.exit(await main());
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

/** A story told once for many tests: a house with one portal, what people did in it, and what the CRM showed meanwhile. */
import type { FieldOption } from "../../src/core/fields.ts";
import { fieldById } from "../../src/core/fields.ts";
import type { RecordRef } from "../../src/core/model.ts";
import { expectClean } from "./expect.ts";
import { HOUR, House, type HouseOptions } from "./house.ts";
import { installed, type TaskSeen, type VendorName, type World } from "./world.ts";
import { Bitrix24PortalWorld } from "./world-bitrix24.ts";

export interface Story {
  house: House;
  world: World;
  /** who has the clients */
  owner: string;
  /** head of customer success */
  head: string;
}

/** An installed portal with a team of two and these settings beside. */
export async function beginStory(
  vendor: VendorName,
  settings: Readonly<Record<string, unknown>> = {},
  options: HouseOptions = {},
): Promise<Story> {
  const house = new House({ looks: "seldom", ...options });
  const world = await installed(house, vendor);
  const owner = world.owner("Aigul");
  const head = world.owner("Hanna");
  await house.runFor(2 * HOUR);
  await house.host.ask(world.id, "publish", [{ people: { headIds: [head] }, ...settings } as never, "user:test"]);
  await house.runFor(HOUR);
  return { house, world, owner, head };
}

export function endStory({ house, world }: Story): void {
  expectClean(house, world);
  house.close();
}

/** Our fields on a client with options by their code: one CRM keeps the code, the other the word that people read. */
export function fieldsOf(world: World, ref: RecordRef): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(world.fields(ref)).map(([id, value]) => [id, codeOf(fieldById(id)?.options ?? [], value)]),
  );
}

function codeOf(options: readonly FieldOption[], value: string): string {
  const isIt = ({ code, label }: FieldOption) => code === value || Object.values(label).includes(value);
  return options.find(isIt)?.code ?? value;
}

/** Completes, day by day until `untilMs`, whatever of these tasks is due before the next day ends. Seen once a day: `look`. */
export async function workOnTime(
  { house, world }: Story,
  tasks: () => readonly TaskSeen[],
  untilMs: number,
  look: (day: number) => void = () => {},
): Promise<void> {
  for (let day = 0; house.clock.now() < untilMs; day++) {
    const due = tasks().filter(({ done, dueAt }) => !done && dueAt !== null && dueAt <= house.clock.now() + 24 * HOUR);
    for (const one of due) world.editTask(one.id, { done: true });
    await house.runFor(24 * HOUR);
    look(day);
  }
}

export interface Told {
  text: string;
  ownerId: string;
}

/** What people were told that begins so, in order: by a task, or by a notification where the CRM has them. */
export function told(world: World, start: string): readonly Told[] {
  const notices =
    world instanceof Bitrix24PortalWorld
      ? world.portal.notifications.map(({ message, userId }) => ({ text: message, ownerId: String(userId) }))
      : [];
  const tasks = [...world.tasks()]
    .sort((a, b) => Number(a.id) - Number(b.id))
    .map(({ subject, ownerId }) => ({ text: subject, ownerId: String(ownerId) }));
  return [...tasks, ...notices].filter(({ text }) => text.startsWith(start));
}

import type { Handler, Handlers } from "../call.ts";
import { activities } from "./activities.ts";
import { automation } from "./automation.ts";
import { basics } from "./basics.ts";
import { bots } from "./bots.ts";
import { catalogMethods } from "./catalog.ts";
import { checklists } from "./checklists.ts";
import { classicItems } from "./classic.ts";
import { eventMethods } from "./events.ts";
import { items } from "./items.ts";
import { messages } from "./messages.ts";
import { people, peopleV3 } from "./people.ts";
import { placements } from "./placements.ts";
import { taskMethods } from "./tasks.ts";
import { tasksV3 } from "./tasks-v3.ts";
import { timelineMethods } from "./timeline.ts";
import { userFieldMethods } from "./user-fields.ts";

const byLowerName = (...groups: Handlers[]): ReadonlyMap<string, Handler> =>
  new Map(
    groups.flatMap((group) => Object.entries(group).map(([name, handler]) => [name.toLowerCase(), handler] as const)),
  );

export const handlersV2 = byLowerName(
  basics,
  eventMethods,
  items,
  classicItems,
  userFieldMethods,
  catalogMethods,
  taskMethods,
  checklists,
  activities,
  timelineMethods,
  people,
  messages,
  placements,
  automation,
  bots,
);

export const handlersV3 = byLowerName(tasksV3, peopleV3);

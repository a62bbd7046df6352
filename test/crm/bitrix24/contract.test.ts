import type { Bitrix24Switches } from "../../../src/sandbox/bitrix24/index.ts";
import { crmContract, type Exceptions } from "../contract.ts";
import { bitrix24World } from "./world.ts";

const EXCEPTIONS: Exceptions = {
  "follows a merge from the losing records to the survivor (13.1)":
    "Bitrix24 tells of a merge as one deletion and one update; which record went into which is not told",
  "counts echoes of its own field writes instead of passing them on":
    "events carry no origin; the reader sees its own values and ends there",
  "refuses a delivery whose body was changed on the way (G9)":
    "events are not signed: the application token in the body proves who sent it, not what",
  "reads a company's owner and headcount, and a contact's company (A7.4)":
    "headcount is a dictionary of ranges; 120 lies in 50 to 250, which says nothing about 100",
  "leaves: afterwards the tokens are of no use (G10)":
    "no call uninstalls an application or revokes a token; an administrator does, and capabilities say so",
};

/** What the facts sheet could not confirm: the adapter has to live with either answer. */
const ANSWERS: readonly [string, Partial<Bitrix24Switches>][] = [
  ["answers as the sandbox assumes", {}],
  [
    "the other answers",
    {
      stageSemanticIdFilterable: false,
      xmlIdFilterable: true,
      startMinusOneOnTasks: true,
      timelineCommentIdShape: "data[ID]",
      duplicateBindError: "Unable to set event handler",
      oldRefreshTokenStaysUsable: true,
      uninstalledRefreshError: "invalid_client",
      oauthHostsServeBothRegions: true,
      ufCamelCase: "camel",
      ufBooleans: "1/0",
      noopUpdateSilent: false,
      eventNameCase: "camel",
      userIdInEvents: false,
      eventScopeSeparator: " ",
      contactIdsReplace: false,
      createdByNeedsAdmin: false,
      tagsWritable: false,
      taskMakesActivity: false,
      controlledTaskAwaits: false,
      taskTextEscaped: false,
      enumWithoutIdAdds: false,
      dynamicEventPerType: true,
      emptyTaskLinks: false,
      currencyMethods: false,
    } as Partial<Bitrix24Switches>,
  ],
];

for (const [name, switches] of ANSWERS)
  crmContract(`Bitrix24 behind the port, ${name}`, () => bitrix24World({ switches }), EXCEPTIONS);
crmContract(
  "Bitrix24 behind the port, an Enterprise portal in the east",
  () => bitrix24World({ portal: { plan: "enterprise", region: "east" } }),
  EXCEPTIONS,
);

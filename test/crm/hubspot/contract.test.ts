import { FIELDS } from "../../../src/core/fields.ts";
import { isFailure } from "../../../src/crm/failure.ts";
import { crmContract, type Exceptions } from "../contract.ts";
import { type HubSpotWorld, hubspotWorld, type WorldOptions } from "./world.ts";

/** As after an install: our fields and the task key are there. */
async function installed(world: HubSpotWorld): Promise<void> {
  const crm = world.connect();
  for (;;) {
    try {
      await crm.ensureSchema(FIELDS, ["company", "contact", "deal"], "en");
      return;
    } catch (error) {
      if (!isFailure(error, "limited")) throw error;
      await world.clock.advanceTo(error.retryAt!);
    }
  }
}

/** Somebody in the account already uses our property's name for something else: tasks carry the key in their body. */
function keyTaken({ portal }: HubSpotWorld): void {
  portal.addProperty("tasks", { name: "tenure_key", label: "Theirs", type: "number", fieldType: "number" });
}

interface Variant {
  name: string;
  options: WorldOptions;
  exceptions?: Exceptions;
}

/** What the facts sheet marks as unverified: the port's promises hold under either answer. */
const VARIANTS: readonly Variant[] = [
  { name: "in a portal that knows us", options: { prepare: installed } },
  { name: "before anything was set up", options: {} },
  { name: "where no task property of ours may exist", options: { prepare: keyTaken } },
  { name: "where task properties cannot be unique (6)", options: { switches: { uniqueTaskPropertyAllowed: false } } },
  { name: "without trace ids in answers (4.4)", options: { switches: { traceIdEchoedIn207: false } } },
  {
    name: "without trace ids in answers, and without a task property (4.4)",
    options: { switches: { traceIdEchoedIn207: false }, prepare: keyTaken },
  },
  {
    name: "where an update with one bad input is refused whole (4.4)",
    options: { switches: { traceIdsOnUpdate: false } },
  },
  { name: "where missing ids are left out (4.4)", options: { switches: { batchReadMissing207: false } } },
  { name: "with results in order (4.4)", options: { switches: { batchResultsShuffled: false } } },
  { name: "with Retry-After on 429 (4.1)", options: { switches: { retryAfterOn429: true } } },
  { name: "where unknown properties are ignored (7)", options: { switches: { unknownPropertyIgnored: true } } },
  { name: "where cleared values read as null (13.9)", options: { switches: { clearedReadsAsEmpty: false } } },
  { name: "where owner references are refused (7)", options: { switches: { ownerReferenceAllowed: false } } },
  { name: "where archived names come back (7)", options: { switches: { archivedPropertyRestored: true } } },
  { name: "where existing names answer 400 (7)", options: { switches: { existingPropertyAnswers409: false } } },
  { name: "where a merge keeps the primary id (13.1)", options: { switches: { mergeMakesNewId: false } } },
  { name: "where batch reads follow merges (13.1)", options: { switches: { batchReadResolvesMerged: true } } },
  { name: "where rich text stays as sent", options: { switches: { richTextRewritten: false } } },
  { name: "where refresh tokens rotate (2.2)", options: { switches: { refreshTokenRotates: true } } },
  { name: "where tokens die with the install (14.13)", options: { switches: { accessTokensSurviveUninstall: false } } },
  { name: "where calculated fields trail (5.1)", options: { switches: { calculatedLagMs: 30_000 } } },
  { name: "where activities leave records alone", options: { switches: { activityTouchesRecords: false } } },
  { name: "where arrays mix portals (3.2)", options: { switches: { arraysMixPortals: true } } },
  {
    name: "where creations come alone",
    options: { switches: { propertyChangeOnCreation: false, createdFlag: "NEW" } },
  },
  { name: "on the starter plan (4.1)", options: { portal: { plan: "starter" } } },
];

for (const { name, options, exceptions } of VARIANTS) {
  crmContract(`HubSpot keeps the port's promises ${name}`, () => hubspotWorld(options), exceptions);
}

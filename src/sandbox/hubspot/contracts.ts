import { type Operation, type RawOperation, readOperations, type Schemas } from "../contract.ts";
import accountInfo from "../contracts/hubspot/account-info.json" with { type: "json" };
import appUninstall from "../contracts/hubspot/app-uninstall.json" with { type: "json" };
import actions from "../contracts/hubspot/automation-actions.json" with { type: "json" };
import sequences from "../contracts/hubspot/automation-sequences.json" with { type: "json" };
import preferences from "../contracts/hubspot/communication-preferences.json" with { type: "json" };
import associations from "../contracts/hubspot/crm-associations.json" with { type: "json" };
import associationsSchema from "../contracts/hubspot/crm-associations-schema.json" with { type: "json" };
import limits from "../contracts/hubspot/crm-limits.json" with { type: "json" };
import objects from "../contracts/hubspot/crm-objects.json" with { type: "json" };
import owners from "../contracts/hubspot/crm-owners.json" with { type: "json" };
import pipelines from "../contracts/hubspot/crm-pipelines.json" with { type: "json" };
import properties from "../contracts/hubspot/crm-properties.json" with { type: "json" };
import validations from "../contracts/hubspot/crm-property-validations.json" with { type: "json" };
import timeline from "../contracts/hubspot/crm-timeline.json" with { type: "json" };
import completions from "../contracts/hubspot/event-completions.json" with { type: "json" };
import oauth from "../contracts/hubspot/oauth.json" with { type: "json" };
import teams from "../contracts/hubspot/settings-teams.json" with { type: "json" };
import users from "../contracts/hubspot/settings-users.json" with { type: "json" };

interface SpecFile {
  specs: { operations: unknown; schemas: unknown }[];
}

let known: readonly Operation[] | null = null;

/** Every operation of the contracts, compiled once per process. */
export function hubspotOperations(): readonly Operation[] {
  if (known) return known;
  const files = [
    accountInfo,
    appUninstall,
    actions,
    preferences,
    sequences,
    associations,
    associationsSchema,
    limits,
    owners,
  ] as SpecFile[];
  const more = [pipelines, properties, validations, timeline, completions, oauth, teams, users] as SpecFile[];
  const specs = [...files, ...more].flatMap((file) => file.specs);
  known = [{ operations: objects.operations, schemas: objects.schemas }, ...specs].flatMap((spec) =>
    readOperations(spec.operations as RawOperation[], spec.schemas as Schemas),
  );
  return known;
}

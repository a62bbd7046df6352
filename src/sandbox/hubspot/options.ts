import type { Clock } from "../clock.ts";
import type { Faults } from "../faults.ts";
import type { Subscription } from "./subscriptions.ts";

/**
 * What the facts sheet marks as unverified, and how the sandbox answers it unless told otherwise. The default is
 * the answer that is harder on a caller.
 */
export interface HubSpotSwitches {
  /** 3.2: one webhook array may hold events of several portals */
  arraysMixPortals: boolean;
  /** 6: `hasUniqueValue` works on task properties */
  uniqueTaskPropertyAllowed: boolean;
  /** 4.4: `objectWriteTraceId` comes back on each result */
  traceIdEchoedIn207: boolean;
  /** 4.4: batch/read names what is missing in a 207; else it is silently left out */
  batchReadMissing207: boolean;
  /** 4.1: a 429 carries `Retry-After` (seconds) */
  retryAfterOn429: boolean;
  /** 7: an unknown property name in a write is ignored, else 400 PROPERTY_DOESNT_EXIST */
  unknownPropertyIgnored: boolean;
  /** 10: workflow-action calls carry v3 headers beside v2 */
  signatureV3OnActions: boolean;
  /** 4.4: results of a batch come in another order than the inputs */
  batchResultsShuffled: boolean;
  /** 4.4: trace ids give a 207 on update and upsert too, not only on create */
  traceIdsOnUpdate: boolean;
  /** 13.1: the survivor of a merge has a third, new id */
  mergeMakesNewId: boolean;
  /** 13.1: batch/read of an id that was merged away answers with the survivor */
  batchReadResolvesMerged: boolean;
  /** a creation comes with a propertyChange event for each initial value */
  propertyChangeOnCreation: boolean;
  /** association reads name records without links in a 207; else they are silently left out */
  noAssociationsAnswers207: boolean;
  /** 2.2: each refresh gives a new refresh token and ends the old one */
  refreshTokenRotates: boolean;
  /** 14.13: access tokens live on until they expire after an uninstall */
  accessTokensSurviveUninstall: boolean;
  /** 7: creating an existing property name answers 409, else a generic 400 */
  existingPropertyAnswers409: boolean;
  /** 7: creating a property whose name is archived restores it, else 409 */
  archivedPropertyRestored: boolean;
  /** 7: epoch values of `date` properties must be midnight UTC */
  dateMsMustBeMidnight: boolean;
  /** 13.9: a cleared value reads as "", else as null */
  clearedReadsAsEmpty: boolean;
  /** 5.8: owner properties take the id of an archived owner */
  archivedOwnerAccepted: boolean;
  /** 7: `referencedObjectType: OWNER` with `externalOptions` may be created */
  ownerReferenceAllowed: boolean;
  /** 7: a `bool` property needs its two options */
  boolNeedsOptions: boolean;
  /** an activity that is linked to a record, or changes, moves the record's modification time */
  activityTouchesRecords: boolean;
  /** HTML of bodies comes back rewritten */
  richTextRewritten: boolean;
  /** 3.2: `changeFlag` of a creation, "CREATED" or "NEW" */
  createdFlag: "CREATED" | "NEW";
  /** 2.1: which redirect_uri the exchange of a Marketplace-started code expects */
  marketplaceRedirectUri: "any" | "install-url" | "first-redirect-url";
  /** 4.3, 13.13: how long a write stays invisible to search, ms */
  searchLagMs: number;
  /** how long a new link stays invisible to association reads, ms */
  associationLagMs: number;
  /** 5.1: how long the closed/won fields of a deal trail its stage, ms */
  calculatedLagMs: number;
  /** digits after the point that number properties keep */
  numberDecimals: number;
  /** longest URL before 414, characters */
  urlLimit: number;
}

export const DEFAULT_SWITCHES: HubSpotSwitches = {
  arraysMixPortals: false,
  uniqueTaskPropertyAllowed: true,
  traceIdEchoedIn207: true,
  batchReadMissing207: true,
  retryAfterOn429: false,
  unknownPropertyIgnored: false,
  signatureV3OnActions: false,
  batchResultsShuffled: true,
  traceIdsOnUpdate: true,
  mergeMakesNewId: true,
  batchReadResolvesMerged: false,
  propertyChangeOnCreation: true,
  noAssociationsAnswers207: true,
  refreshTokenRotates: false,
  accessTokensSurviveUninstall: true,
  existingPropertyAnswers409: true,
  archivedPropertyRestored: false,
  dateMsMustBeMidnight: true,
  clearedReadsAsEmpty: true,
  archivedOwnerAccepted: false,
  ownerReferenceAllowed: true,
  boolNeedsOptions: true,
  activityTouchesRecords: true,
  richTextRewritten: true,
  createdFlag: "CREATED",
  marketplaceRedirectUri: "install-url",
  searchLagMs: 8_000,
  associationLagMs: 2_000,
  calculatedLagMs: 0,
  numberDecimals: 6,
  urlLimit: 8_192,
};

export interface HubSpotSandboxOptions {
  clock: Clock;
  random: () => number;
  clientId: string;
  clientSecret: string;
  appId: number;
  redirectUrls: string[];
  /** where deliveries go; null = the app has no webhooks */
  webhookUrl: string | null;
  /** how deliveries and workflow actions travel */
  deliver: (request: Request) => Promise<Response>;
  faults?: Faults;
  /** the address under which this sandbox is reached; default http://hubspot.sandbox */
  publicUrl?: string;
  switches?: Partial<HubSpotSwitches>;
  /** what the app subscribes to; default `DEFAULT_SUBSCRIPTIONS` */
  subscriptions?: readonly Subscription[];
  /** deliveries in flight per portal; default 10 */
  maxConcurrentRequests?: number;
  /** how long events are gathered before a delivery, ms; default 1,000 */
  batchWindowMs?: number;
  /** scopes declared in the app's configuration; null or unset = any */
  declaredScopes?: readonly string[] | null;
  /** fully qualified names of the app's timeline event types; null or unset = any */
  timelineEventTypes?: readonly string[] | null;
  /** serve the older paths (v1, v3, v4, 2026-03) without recording a violation; default false */
  olderPaths?: boolean;
  /** hold the documented rate limits; default true (a benchmark of the sandbox itself turns them off) */
  rateLimits?: boolean;
  /** life of an access token in seconds; default 1800 */
  accessTokenSeconds?: number;
}

export type Plan = "free" | "starter" | "pro" | "enterprise";

export interface PortalOptions {
  hubId?: number;
  /** IANA name; default Europe/Berlin */
  timeZone?: string;
  /** default EUR */
  currency?: string;
  /** default en */
  locale?: string;
  /** default pro */
  plan?: Plan;
  accountType?: "STANDARD" | "DEVELOPER_TEST" | "SANDBOX";
  /** scopes this account can grant; default all that its plan has */
  scopesAvailable?: readonly string[];
  /** custom properties per object type and over all; default by plan */
  propertyLimits?: { perObject?: number; overall?: number; uniquePerObject?: number };
}

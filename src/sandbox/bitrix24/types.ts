import type { Clock } from "../clock.ts";
import type { Faults } from "../faults.ts";

/** What the facts sheet could not confirm. Each answer is one a real portal might give; a connector has to live with all. */
export interface Bitrix24Switches {
  /** section 8.2: `stageSemanticId` is accepted as a filter key of crm.item.list */
  stageSemanticIdFilterable: boolean;
  /** section 10.1: `XML_ID` is accepted as a filter key of tasks.task.list */
  xmlIdFilterable: boolean;
  /** section 4.4: `start=-1` on tasks.task.list skips the count; when false it is read as 0 */
  startMinusOneOnTasks: boolean;
  /** section 7.5 */
  timelineCommentIdShape: "data[ID]" | "data[FIELDS][ID]";
  /** section 7.1: the code of a repeated event.bind; the second has an empty code and the text alone */
  duplicateBindError: "ERROR_EVENT_BINDING_EXISTS" | "Unable to set event handler";
  /** section 2.3 */
  oldRefreshTokenStaysUsable: boolean;
  /** section 2.3: what a refresh answers where the app is no longer installed */
  uninstalledRefreshError: "invalid_grant" | "invalid_client";
  /** section 2.1: either authorisation host refreshes any portal's tokens */
  oauthHostsServeBothRegions: boolean;
  /** section 1.2: event handlers and placements vanish on an app update */
  bindingsVanishOnUpdate: boolean;
  /** section 1.2: ONAPPUPDATE carries a new application_token */
  applicationTokenChangesOnUpdate: boolean;
  /** section 1.1: an update opens the installer again and the app counts as not installed until it finishes */
  updateReopensInstaller: boolean;
  /** section 8.3: `UF_CRM_CS_HEALTH` becomes `ufCrm_CS_HEALTH` or `ufCrmCsHealth` */
  ufCamelCase: "prefix" | "camel";
  /** how crm.item.* returns a boolean custom field */
  ufBooleans: "Y/N" | "1/0";
  /** section 7.6: an update that changes nothing raises no event */
  noopUpdateSilent: boolean;
  /** section 7.2 */
  eventNameCase: "upper" | "camel";
  /** section 7.5: `auth[user_id]` is part of online events */
  userIdInEvents: boolean;
  /** section 1.2: separator of `auth[scope]` in events */
  eventScopeSeparator: "," | " ";
  /** section 8.2: `contactIds` replaces the whole set, or only adds to it */
  contactIdsReplace: boolean;
  /** section 1.2: custom fields that the app made stay when it is uninstalled */
  fieldsStayOnUninstall: boolean;
  /** section 10.2: `xmlId` is kept by tasks.task.add of REST 3.0; when false it is taken without a word and left out */
  xmlIdOnV3: boolean;
  /** section 10.3: MATCH_WORK_TIME moves a deadline off days that nobody works */
  matchWorkTimeMovesDeadline: boolean;
  /** section 10.1: CREATED_BY other than the token's user needs an administrator */
  createdByNeedsAdmin: boolean;
  /** section 10.1: TAGS is writable on tasks.task.add and update */
  tagsWritable: boolean;
  /** section 10.1: a task linked to a CRM record appears there as an activity and raises ONCRMACTIVITYADD */
  taskMakesActivity: boolean;
  /** completing a task under control by somebody else than its creator leads to status 4 */
  controlledTaskAwaits: boolean;
  /** task titles and descriptions come back with `&quot; &amp; &lt; &gt;` */
  taskTextEscaped: boolean;
  /** what `ufCrmTask` of a task without links holds */
  emptyTaskLinks: false | "[]";
  /** section 18.9: ONAPPINSTALL reaches an app with UI without event.bind */
  onAppInstallWithoutBind: boolean;
  /** section 2.3: docs say 500, b24pysdk 410 */
  portalDeletedStatus: 500 | 410;
  /** section 9: list elements without ID are added on userfield.update, or ignored */
  enumWithoutIdAdds: boolean;
  /** section 7.5: events of dynamic items also have names with the type at the end */
  dynamicEventPerType: boolean;
  /** `crm.currency.base.get` and `crm.currency.list` are there, as documented; an old portal lacks them */
  currencyMethods: boolean;
  /** ms between a change and its event leaving the queue, smallest and largest */
  eventDelayMs: readonly [number, number];
}

export const DEFAULT_SWITCHES: Bitrix24Switches = {
  stageSemanticIdFilterable: true,
  xmlIdFilterable: false,
  startMinusOneOnTasks: false,
  timelineCommentIdShape: "data[FIELDS][ID]",
  duplicateBindError: "ERROR_EVENT_BINDING_EXISTS",
  oldRefreshTokenStaysUsable: false,
  uninstalledRefreshError: "invalid_grant",
  oauthHostsServeBothRegions: false,
  bindingsVanishOnUpdate: true,
  applicationTokenChangesOnUpdate: false,
  updateReopensInstaller: false,
  ufCamelCase: "prefix",
  ufBooleans: "Y/N",
  noopUpdateSilent: true,
  eventNameCase: "upper",
  userIdInEvents: true,
  eventScopeSeparator: ",",
  contactIdsReplace: true,
  fieldsStayOnUninstall: true,
  xmlIdOnV3: true,
  matchWorkTimeMovesDeadline: true,
  createdByNeedsAdmin: true,
  tagsWritable: true,
  taskMakesActivity: true,
  controlledTaskAwaits: true,
  taskTextEscaped: true,
  emptyTaskLinks: "[]",
  onAppInstallWithoutBind: false,
  portalDeletedStatus: 500,
  enumWithoutIdAdds: true,
  dynamicEventPerType: false,
  currencyMethods: true,
  eventDelayMs: [500, 3000],
};

export interface Bitrix24SandboxOptions {
  clock: Clock;
  /** a number in [0, 1); ids, tokens and delays come from it */
  random: () => number;
  clientId: string;
  clientSecret: string;
  /** code of the application in the vendor cabinet, as app.info returns it */
  appCode: string;
  /** fixed application token of every portal; by default each portal has its own */
  applicationToken?: string;
  /** our doors: installer frame and ONAPPINSTALL, application frame, events, and the page of the OAuth return */
  installUrl: string;
  appUrl: string;
  eventsUrl: string;
  redirectUrl?: string;
  /** how events, robot callbacks and frame POSTs travel to the app */
  deliver: (request: Request) => Promise<Response>;
  faults?: Faults;
  switches?: Partial<Bitrix24Switches>;
  /** origin (and path prefix) of the authorisation server of the west; default http://oauth.bitrix24.sandbox */
  oauthUrl?: string;
  /** the same of the east; default http://oauth-east.bitrix24.sandbox */
  oauthUrlEast?: string;
  /** when set, portals answer under `{publicUrl}/p/{domain}/rest/` instead of `https://{domain}/rest/` */
  publicUrl?: string;
  /** scopes in the app card */
  scopes?: readonly string[];
  /** first version of the app */
  version?: string;
  /** seconds of `operating` per command, by method; see limits.ts */
  costs?: Record<string, number>;
  /** seconds of `operating` per method in ten minutes; default 480 */
  operatingLimitS?: number;
}

export const DEFAULT_SCOPES: readonly string[] = [
  "crm",
  "task",
  "tasks",
  "user_brief",
  "department",
  "placement",
  "im",
  "bizproc",
  "userfieldconfig",
  "calendar",
];

export type Plan = "free-no-rest" | "standard" | "professional" | "enterprise";

export interface PortalOptions {
  domain: string;
  memberId?: string;
  plan?: Plan;
  /** IANA zone of the company; users without a zone of their own live in it */
  timeZone?: string;
  /** IANA zone in which the API writes datetimes; default Europe/Berlin */
  serverTimeZone?: string;
  language?: string;
  currency?: string;
  selfHosted?: boolean;
  /** tasks on REST 3.0; default true, false on self-hosted portals */
  tasksModuleV3?: boolean;
  /** default true on professional and enterprise */
  offlineEvents?: boolean;
  /** automation rules and triggers; default true */
  automation?: boolean;
  region?: "west" | "east";
  scopes?: readonly string[];
}

/** Who does something in a portal. `userId` null = a robot or an agent: its events carry no tokens. */
export interface Actor {
  userId: number | null;
  /** done by our app through REST; such texts are ours and not the customer's */
  viaApp: boolean;
  /** auth_connector of the call; its own offline events are not queued */
  connector?: string;
}

export type Params = Record<string, unknown>;

/** A record of any table. Instants are epoch ms, days are epoch ms at midnight UTC. */
export interface Row {
  id: number;
  [field: string]: unknown;
}

/** One HTTP request that the sandbox answered. */
export interface CallRecord {
  at: number;
  kind: "rest" | "oauth";
  portal: string | null;
  /** REST method, `batch`, or the OAuth grant */
  method: string;
  /** commands inside a batch, else 1 */
  commands: number;
  write: boolean;
  /** 0 when the connection was cut */
  status: number;
  error: string | null;
  userId: number | null;
}

/** One event or callback that left the queue. `status` 0 = it never arrived. Never retried. */
export interface DeliveryRecord {
  at: number;
  portal: string;
  event: string;
  url: string;
  status: number;
}

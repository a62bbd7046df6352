import { Timeline } from "./activities.ts";
import { Bots } from "./bots.ts";
import { Catalog } from "./catalog.ts";
import { Crm } from "./crm.ts";
import { Events } from "./events.ts";
import type { Bitrix24Sandbox } from "./index.ts";
import { type FrameAnswer, Installation } from "./installation.ts";
import { Bucket, Operating } from "./limits.ts";
import { type Department, type NewUser, Org, type User } from "./org.ts";
import { createAs, importRows, type Kind, removeAs, updateAs } from "./people-door.ts";
import { ServerZone } from "./server-zone.ts";
import { snapshotOf, stringsOf } from "./snapshot.ts";
import { Tasks } from "./tasks.ts";
import type { Actor, Plan, PortalOptions } from "./types.ts";
import { defaultSettings, type UserField } from "./user-fields.ts";

export interface Notification {
  id: number;
  userId: number;
  message: string;
  tag: string;
  subTag: string;
  type: "USER" | "SYSTEM";
  createdAt: number;
}

export interface ChatMessage {
  id: number;
  dialogId: string;
  message: string;
  authorId: number;
  createdAt: number;
}

/** One Bitrix24. Methods here are what people and the vendor do; the REST door is in rest.ts. */
/** A business process on a kind of record (`CCrmDocumentContact`) with its parameters. */
export interface Workflow {
  id: number;
  name: string;
  on: string;
  parameters: readonly string[];
}

export class SandboxPortal {
  readonly sandbox: Bitrix24Sandbox;
  readonly memberId: string;
  plan: Plan;
  readonly timeZone: string;
  readonly language: string;
  readonly selfHosted: boolean;
  readonly tasksModuleV3: boolean;
  readonly offlineEvents: boolean;
  readonly automation: boolean;
  readonly region: "west" | "east";
  readonly server: ServerZone;
  readonly org: Org;
  readonly catalog: Catalog;
  readonly crm: Crm;
  readonly tasks: Tasks;
  readonly timeline: Timeline;
  readonly events: Events;
  readonly app: Installation;
  readonly bots: Bots;
  readonly bucket: Bucket;
  readonly operating: Operating;
  readonly notifications: Notification[] = [];
  readonly chatMessages: ChatMessage[] = [];
  /** how often something changed: while it stays the same, a look at the records finds what it found before */
  changes = 0;
  readonly #changesOf = new Map<string, number>();
  readonly cardConfigurations = new Map<string, unknown>();
  /** REST 3.0 answers by idempotency key, 24 hours */
  readonly idempotent = new Map<string, { at: number; bodyKey: string; answer: string }>();
  readonly calendar = {
    workTimeStart: "9",
    workTimeEnd: "18",
    weekHolidays: ["SA", "SU"],
    yearHolidays: "1.01,25.12,26.12",
    yearWorkdays: "",
  };
  scopes: readonly string[];
  domain: string;
  /** addresses this portal had before; they answer 302 */
  readonly formerDomains: string[] = [];
  /** set = every REST call answers with this code: PORTAL_DELETED, OVERLOAD_LIMIT, PAYMENT_REQUIRED, … */
  deadCode: string | null = null;
  /** addresses that letters may be sent from, and the letters that went out */
  readonly mailboxes = new Set<string>();
  readonly letters: { activityId: number; from: string; to: string[]; subject: string; body: string; at: number }[] =
    [];
  /** business processes that an administrator made, and their runs */
  readonly workflows = new Map<number, Workflow>();
  readonly workflowRuns: { template: number; document: string; values: Record<string, string>; at: number }[] = [];
  /** methods that wait for an administrator, or that one refused */
  readonly confirmations = new Map<string, "waiting" | "denied">();
  readonly #userFields: UserField[] = [];
  #fieldIndex = new Map<string, UserField>();
  #nextFieldId = 101;
  #nextEnumId = 41;
  #nextFm = 1;
  #nextNotice = 1;

  constructor(sandbox: Bitrix24Sandbox, given: PortalOptions) {
    this.sandbox = sandbox;
    this.domain = given.domain;
    this.memberId = given.memberId ?? sandbox.word(32);
    this.plan = given.plan ?? "standard";
    this.timeZone = given.timeZone ?? "Europe/Berlin";
    this.language = given.language ?? "en";
    this.selfHosted = given.selfHosted ?? false;
    this.tasksModuleV3 = given.tasksModuleV3 ?? !this.selfHosted;
    this.offlineEvents = given.offlineEvents ?? (this.plan === "professional" || this.plan === "enterprise");
    this.automation = given.automation ?? true;
    this.region = given.region ?? "west";
    this.scopes = given.scopes ?? sandbox.scopes;
    this.server = new ServerZone(given.serverTimeZone ?? "Europe/Berlin");
    this.org = new Org(() => sandbox.now(), this.server, given.domain.split(".")[0]!);
    this.catalog = new Catalog(given.currency ?? "EUR");
    this.bucket = new Bucket(this.plan);
    this.operating = new Operating(this.selfHosted ? null : (sandbox.options.operatingLimitS ?? 480));
    this.events = new Events(this);
    this.app = new Installation(this);
    this.bots = new Bots(this);
    this.timeline = new Timeline(this);
    this.tasks = new Tasks(this);
    this.crm = new Crm(this);
  }

  /** @returns its number */
  addWorkflow(name: string, on: string, parameters: readonly string[]): number {
    const id = 11 + this.workflows.size;
    this.workflows.set(id, { id, name, on, parameters });
    return id;
  }

  /** @param subject `task`, `activity`, or the number of a CRM type; all of them where it is left out */
  changesOf(subject?: string): number {
    return subject === undefined ? this.changes : (this.#changesOf.get(subject) ?? 0);
  }

  changed(subject: string): void {
    this.changes += 1;
    this.#changesOf.set(subject, this.changesOf(subject) + 1);
  }

  /** Differs when its people, its plan or what is granted do. */
  get terms(): string {
    const active = [...this.org.users.values()].filter((user) => user.active).map(({ id }) => id);
    return [this.plan, this.scopes, this.app.version, active].join(" ");
  }

  // ------------------------------------------------------------------ addresses

  /** Scheme and host (and prefix) under which the portal answers. */
  get origin(): string {
    const publicUrl = this.sandbox.options.publicUrl?.replace(/\/$/, "");
    return publicUrl === undefined ? `https://${this.domain}` : `${publicUrl}/p/${this.domain}`;
  }

  get clientEndpoint(): string {
    return `${this.origin}/rest/`;
  }

  get serverEndpoint(): string {
    return `${this.sandbox.oauthUrl(this.region)}/rest/`;
  }

  /** DOMAIN of frames: on one local port the host of that port, because the browser has to reach it. */
  get frameHost(): string {
    const { publicUrl } = this.sandbox.options;
    return publicUrl === undefined ? this.domain : new URL(publicUrl).host;
  }

  get frameProtocol(): 0 | 1 {
    return this.origin.startsWith("https:") ? 1 : 0;
  }

  /** The portal moves; the old host answers 302 from now on. */
  changeAddress(newDomain: string): void {
    this.formerDomains.push(this.domain);
    this.domain = newDomain;
  }

  // ------------------------------------------------------------------ people

  addUser(given: NewUser = {}): User {
    return this.org.addUser(given);
  }

  addDepartment(given: { name?: string; parent?: number; headId?: number | null }): Department {
    return this.org.addDepartment(given);
  }

  setHead(departmentId: number, headId: number | null): void {
    const department = this.org.departments.get(departmentId);
    if (!department) throw new Error(`no department ${departmentId}`);
    department.headId = headId;
  }

  /** The user loses access. `preserve`: their app tokens move to a technical clone, else they work no more. */
  dismissUser(id: number, options: { preserve?: boolean } = {}): void {
    const user = this.org.users.get(id);
    if (!user) throw new Error(`no user ${id}`);
    user.active = false;
    this.changed("user");
    if (!options.preserve) return;
    const clone = this.org.addUser({ ...user, name: "System", lastName: `user ${id}`, active: true });
    clone.system = true;
    this.sandbox.tokens.moveUser(this, id, clone.id);
    if (this.app.installerId === id) this.app.installerId = clone.id;
  }

  actor(userId: number | null = this.org.firstAdminId()): Actor {
    return { userId, viaApp: false };
  }

  // ------------------------------------------------------------------ records, by hand

  /** Creates as a person (or as a robot: `userId` null). CRM records by camelCase, tasks and activities by UPPER_CASE field names. */
  create(kind: Kind, fields: Record<string, unknown>, userId?: number | null): number {
    return createAs(this, kind, fields, this.actor(userId));
  }

  update(kind: Kind, id: number, fields: Record<string, unknown>, userId?: number | null): void {
    updateAs(this, kind, id, fields, this.actor(userId));
  }

  remove(kind: Kind, id: number, userId?: number | null): void {
    removeAs(this, kind, id, this.actor(userId));
  }

  moveDealToCategory(id: number, categoryId: number, stageId?: string, userId?: number | null): void {
    const fields = stageId === undefined ? { categoryId } : { categoryId, stageId };
    this.crm.update(2, id, fields, this.actor(userId));
  }

  /** Many CRM records at once, without events, history or checks beyond their values; for portals with tens of thousands. */
  bulkImport(
    kind: "deal" | "company" | "contact" | "lead" | "invoice",
    rows: readonly Record<string, unknown>[],
  ): number[] {
    return importRows(this, kind, rows);
  }

  // ------------------------------------------------------------------ the app's life

  /** An administrator clicks Install: the installer frame is posted to the app. @returns the app's page */
  install(userId: number): Promise<Response> {
    return this.app.install(userId);
  }

  finishInstall(): void {
    this.app.finish();
  }

  installHeadless(userId: number = this.org.firstAdminId()): void {
    this.app.installHeadless(userId);
  }

  openFrame(
    userId: number,
    placement = "DEFAULT",
    options: Record<string, unknown> | null = null,
  ): Promise<FrameAnswer> {
    return this.app.openFrame(userId, placement, options);
  }

  updateApp(version: string): void {
    this.app.update(version);
  }

  uninstall(options: { clean: boolean } = { clean: false }): void {
    this.app.uninstall(options.clean);
  }

  setPayment(status: "L" | "F" | "S" | "D" | "T" | "P", expired: boolean, days: number): void {
    this.app.payment(status, expired, days);
  }

  fireRobot(code: string, dealId: number, properties: Record<string, unknown> = {}): string {
    return this.app.fireRobot(code, dealId, properties);
  }

  /** From now on the method answers METHOD_CONFIRM_WAITING until an administrator decides. */
  requireConfirmation(method: string): void {
    this.confirmations.set(method.toLowerCase(), "waiting");
  }

  decideConfirmation(method: string, allowed: boolean): void {
    if (allowed) this.confirmations.delete(method.toLowerCase());
    else this.confirmations.set(method.toLowerCase(), "denied");
    this.app.methodConfirmed(method, allowed);
  }

  // ------------------------------------------------------------------ custom fields

  get userFields(): readonly UserField[] {
    return this.#userFields;
  }

  userFieldsOf(entityId: string): UserField[] {
    return this.#userFields.filter((field) => field.entityId === entityId);
  }

  userField(entityId: string, fieldName: string): UserField | undefined {
    return this.#fieldIndex.get(`${entityId}/${fieldName}`);
  }

  addUserField(given: Partial<UserField> & Pick<UserField, "entityId" | "fieldName" | "userTypeId">): UserField {
    const field: UserField = {
      xmlId: null,
      sort: 100,
      multiple: false,
      mandatory: false,
      showFilter: "N",
      showInList: true,
      editInList: true,
      isSearchable: false,
      editFormLabel: {},
      listColumnLabel: {},
      listFilterLabel: {},
      errorMessage: {},
      helpMessage: {},
      viaApp: false,
      ...given,
      settings: defaultSettings(given.userTypeId, given.settings),
      list: (given.list ?? []).map((element) => ({ ...element, id: element.id || this.#nextEnumId++ })),
      id: this.#nextFieldId++,
    };
    this.#userFields.push(field);
    this.#fieldIndex.set(`${field.entityId}/${field.fieldName}`, field);
    return field;
  }

  nextEnumId(): number {
    return this.#nextEnumId++;
  }

  removeUserField(field: UserField): void {
    this.#userFields.splice(this.#userFields.indexOf(field), 1);
    this.#fieldIndex.delete(`${field.entityId}/${field.fieldName}`);
    for (const typeId of [1, 2, 3, 4, 31]) {
      for (const row of this.crm.table(typeId).rows.values()) {
        if (row[field.fieldName] !== undefined && field.entityId.startsWith("CRM_")) {
          if (
            `CRM_${{ 1: "LEAD", 2: "DEAL", 3: "CONTACT", 4: "COMPANY", 31: "SMART_INVOICE" }[typeId]}` ===
            field.entityId
          ) {
            row[field.fieldName] = undefined;
          }
        }
      }
    }
  }

  // ------------------------------------------------------------------ small things

  nextMultiFieldId(): number {
    return this.#nextFm++;
  }

  nextNoticeId(): number {
    return this.#nextNotice++;
  }

  /** Days off move a deadline to the same time of the next working day. */
  nextWorkingInstant(instantMs: number): number {
    const names = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
    let at = instantMs;
    for (let tries = 0; tries < 14; tries++) {
      const day = new Date(this.server.day(at));
      const holiday = this.calendar.yearHolidays
        .split(",")
        .includes(`${day.getUTCDate()}.${String(day.getUTCMonth() + 1).padStart(2, "0")}`);
      if (!holiday && !this.calendar.weekHolidays.includes(names[day.getUTCDay()]!)) return at;
      at += 86_400_000;
    }
    return at;
  }

  /** The whole portal as plain data, sorted by id, for comparing before and after. */
  snapshot(): Record<string, unknown> {
    return snapshotOf(this);
  }

  /** Every name, address, number and text of the customer that this portal holds, for privacy scans. Texts that our app wrote are left out. */
  strings(): string[] {
    return stringsOf(this);
  }
}

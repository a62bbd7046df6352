import type { RecordKind, RecordRef } from "../../src/core/model.ts";
import { FIELD_PREFIX } from "../../src/crm/bitrix24/shape.ts";
import { fromMarkup } from "../../src/crm/bitrix24/text.ts";
import type { PortalId } from "../../src/ports.ts";
import type { PortalOptions, SandboxPortal } from "../../src/sandbox/bitrix24/index.ts";
import type { Task } from "../../src/sandbox/bitrix24/tasks.ts";
import type { House } from "./house.ts";
import type { Crms, NewDeal, TaskEdit, TaskSeen, World } from "./world.ts";

const SHORT: Partial<Record<string, RecordKind>> = { D: "deal", CO: "company", C: "contact" };
const TYPE: Partial<Record<RecordKind, number>> = { deal: 2, contact: 3, company: 4 };
type SandboxKind = "deal" | "company" | "contact";

/** A Bitrix24 portal as its people see it. */
export class Bitrix24PortalWorld<H extends Crms = House> implements World<H> {
  readonly vendor = "bitrix24" as const;
  readonly house: H;
  readonly portal: SandboxPortal;
  readonly adminId: number;
  #made = 0;

  constructor(house: H, options: Partial<PortalOptions> = {}) {
    this.house = house;
    const number = house.bitrix24.portals.length + 1;
    this.portal = house.bitrix24.addPortal({
      domain: `portal${number}.bitrix24.sandbox`,
      timeZone: "Europe/Kyiv",
      currency: "EUR",
      language: "en",
      ...options,
    });
    this.adminId = this.portal.addUser({ admin: true, name: "Admin", timeZone: "Europe/Kyiv" }).id;
  }

  get id(): PortalId {
    return `bitrix24-${this.portal.memberId}`;
  }

  async install(): Promise<void> {
    const response = await this.portal.install(this.adminId);
    if (response.status !== 200) throw new Error(`the install was answered ${response.status}`);
    this.portal.finishInstall();
  }

  uninstall(): void {
    this.portal.uninstall();
  }

  revoke(): void {
    this.house.bitrix24.tokens.revoke(this.portal);
  }

  owner(name: string): string {
    return String(this.portal.addUser({ name, lastName: "Testova", email: `${name.toLowerCase()}@team.example` }).id);
  }

  deactivate(ownerId: string): void {
    this.portal.dismissUser(Number(ownerId));
  }

  company({ name, ownerId }: { name?: string; ownerId?: string } = {}): string {
    this.#made += 1;
    const fields: Record<string, unknown> = { title: name ?? `Firma ${this.#made} GmbH` };
    if (ownerId) fields.assignedById = Number(ownerId);
    return String(this.portal.create("company", fields));
  }

  contact({
    firstName,
    lastName,
    companyId,
  }: {
    firstName?: string;
    lastName?: string;
    companyId?: string;
  } = {}): string {
    this.#made += 1;
    const fields: Record<string, unknown> = {
      name: firstName ?? "Oksana",
      lastName: lastName ?? `Petrenko-${this.#made}`,
    };
    if (companyId) fields.companyIds = [Number(companyId)];
    return String(this.portal.create("contact", fields));
  }

  deal({ name, companyId, contactIds = [], ownerId, amount, outcome = "open" }: NewDeal): string {
    this.#made += 1;
    const fields: Record<string, unknown> = { title: name ?? `Vertrag Nr. ${this.#made}` };
    if (outcome !== "open") fields.stageId = STAGES[outcome];
    if (companyId) fields.companyId = Number(companyId);
    if (contactIds.length > 0) fields.contactIds = contactIds.map(Number);
    if (amount !== undefined) fields.opportunity = amount;
    if (ownerId) fields.assignedById = Number(ownerId);
    return String(this.portal.create("deal", fields));
  }

  win(dealId: string): void {
    this.#move(dealId, "won");
  }

  lose(dealId: string): void {
    this.#move(dealId, "lost");
  }

  reopen(dealId: string): void {
    this.#move(dealId, "open");
  }

  #move(dealId: string, outcome: keyof typeof STAGES): void {
    this.portal.update("deal", Number(dealId), { stageId: STAGES[outcome] });
  }

  letter(companyId: string, direction: "in" | "out", text: string): string {
    const letter = {
      ownerTypeId: 4,
      ownerId: Number(companyId),
      typeId: 4,
      providerId: "CRM_EMAIL",
      providerTypeId: "EMAIL",
      subject: "About our contract",
      description: `<div>${text.replaceAll("\n", "<br>")}</div>`,
      direction: direction === "in" ? 1 : 2,
      completed: true,
    };
    return String(this.portal.create("activity", letter));
  }

  linkDeal(dealId: string, companyId: string): void {
    this.portal.update("deal", Number(dealId), { companyId: Number(companyId) });
  }

  linkContact(dealId: string, contactId: string): void {
    this.portal.update("deal", Number(dealId), { contactIds: [Number(contactId)] });
  }

  assign({ kind, id }: RecordRef, ownerId: string): void {
    this.portal.update(kind as SandboxKind, Number(id), { assignedById: Number(ownerId) });
  }

  remove({ kind, id }: RecordRef): void {
    this.portal.remove(kind as SandboxKind, Number(id));
  }

  restore(): boolean {
    return false;
  }

  mergeCompanies(): null {
    return null;
  }

  privacyDelete(): boolean {
    return false;
  }

  importWon(count: number, ownerId: string, at: number): readonly { deal: string; company: string }[] {
    const owner = Number(ownerId);
    const made = this.#made;
    this.#made += count;
    return this.portal.sandbox.history(at, () => {
      const companies = this.portal.bulkImport(
        "company",
        Array.from({ length: count }, (_, n) => ({ title: `Import ${made + n} AG`, assignedById: owner })),
      );
      const deals = this.portal.bulkImport(
        "deal",
        companies.map((companyId, n) => ({
          title: `Altvertrag ${made + n}`,
          stageId: "WON",
          companyId,
          assignedById: owner,
        })),
      );
      return deals.map((deal, n) => ({ deal: String(deal), company: String(companies[n]!) }));
    });
  }

  importOrders(companyId: string, ownerId: string, at: readonly number[]): void {
    const deal = { title: "Заказ", stageId: "WON", companyId: Number(companyId), assignedById: Number(ownerId) };
    for (const one of at) this.portal.sandbox.history(one, () => this.portal.bulkImport("deal", [deal]));
  }

  rename({ kind, id }: RecordRef, name: string): void {
    this.portal.update(kind as SandboxKind, Number(id), { [kind === "contact" ? "name" : "title"]: name });
  }

  tasks(): readonly TaskSeen[] {
    return this.portal.tasks.tasks.all().map(seen);
  }

  taskCount(): number {
    return this.portal.tasks.tasks.all().length;
  }

  tasksOf(dealId: string): readonly TaskSeen[] {
    return this.portal.tasks.tasks
      .all()
      .filter(({ crm }) => crm.includes(`D_${dealId}`))
      .map(seen);
  }

  task(id: string): TaskSeen | null {
    const task = this.portal.tasks.tasks.get(Number(id));
    return task ? seen(task) : null;
  }

  editTask(id: string, { subject, dueAt, ownerId, done }: TaskEdit): void {
    const fields: Record<string, unknown> = {};
    if (subject !== undefined) fields.TITLE = subject;
    if (dueAt !== undefined) fields.DEADLINE = this.portal.server.iso(dueAt);
    if (ownerId !== undefined) fields.RESPONSIBLE_ID = Number(ownerId);
    // biome-ignore lint/suspicious/noExplicitAny: tasks are a kind of the sandbox that the narrower type leaves out
    const kind = "task" as any;
    if (Object.keys(fields).length > 0) this.portal.update(kind, Number(id), fields);
    if (done !== undefined) this.portal.update(kind, Number(id), { STATUS: done ? 5 : 2 });
  }

  deleteTask(id: string): void {
    this.portal.remove("task", Number(id));
  }

  fields({ kind, id }: RecordRef): Readonly<Record<string, string>> {
    const row = this.portal.crm.table(TYPE[kind]!).get(Number(id)) ?? {};
    const isSet = (value: unknown) => value !== null && value !== undefined && value !== "" && value !== false;
    const ours = Object.entries(row).filter(([name, value]) => name.startsWith(FIELD_PREFIX) && isSet(value));
    return Object.fromEntries(
      ours.map(([name, value]) => [name.slice(FIELD_PREFIX.length).toLowerCase(), this.#shown(kind, name, value)]),
    );
  }

  /** As a person reads it: days as days, options by their name. */
  #shown(kind: RecordKind, name: string, value: unknown): string {
    const field = this.portal.userField(`CRM_${kind.toUpperCase()}`, name);
    if (field?.userTypeId === "date") return new Date(Number(value)).toISOString().slice(0, 10);
    if (field?.userTypeId === "enumeration") return field.list.find((one) => one.id === Number(value))?.value ?? "";
    return String(value);
  }

  setField({ kind, id }: RecordRef, field: string, value: string): void {
    this.portal.update(kind as SandboxKind, Number(id), { [FIELD_PREFIX + field.toUpperCase()]: value });
  }

  #rest() {
    return this.house.bitrix24.calls.filter(({ kind, portal }) => kind === "rest" && portal === this.portal.memberId);
  }

  calls(): number {
    return this.#rest().length;
  }

  writes(): number {
    return this.#rest().filter(({ write }) => write).length;
  }

  limited(): number {
    return this.house.bitrix24.calls.filter(
      ({ error }) => error === "QUERY_LIMIT_EXCEEDED" || error === "OPERATION_TIME_LIMIT",
    ).length;
  }

  violations(): readonly string[] {
    return this.house.bitrix24.violations.map(({ path, rule }) => `${path}: ${rule}`);
  }

  strings(): readonly string[] {
    return this.portal.strings();
  }
}

const STAGES = { open: "NEW", won: "WON", lost: "LOSE" } as const;

function seen(task: Task): TaskSeen {
  const links = task.crm.flatMap((binding) => {
    const [short, id] = binding.split("_");
    const kind = SHORT[short!];
    return kind ? [`${kind}:${id}`] : [];
  });
  return {
    id: String(task.id),
    subject: fromMarkup(task.title),
    body: fromMarkup(task.description),
    dueAt: task.deadline,
    ownerId: String(task.responsibleId),
    done: task.status === 5,
    links: links.sort(),
  };
}

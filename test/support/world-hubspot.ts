import type { RecordKind, RecordRef } from "../../src/core/model.ts";
import type { PortalId } from "../../src/ports.ts";
import type { PlainRecord, PortalOptions, SandboxPortal } from "../../src/sandbox/hubspot/index.ts";
import type { House } from "./house.ts";
import { PUBLIC_URL } from "./times.ts";
import type { Crms, NewDeal, TaskEdit, TaskSeen, World } from "./world.ts";

const PLURAL: Partial<Record<RecordKind, string>> = {
  deal: "deals",
  company: "companies",
  contact: "contacts",
  task: "tasks",
};
const PREFIX = "tenure_";

/** A HubSpot portal as its people see it. */
export class HubSpotPortalWorld<H extends Crms = House> implements World<H> {
  readonly vendor = "hubspot" as const;
  readonly house: H;
  readonly portal: SandboxPortal;
  #made = 0;

  constructor(house: H, options: PortalOptions = {}) {
    this.house = house;
    this.portal = house.hubspot.addPortal({ timeZone: "Europe/Kyiv", ...options });
  }

  get id(): PortalId {
    return `hubspot-${this.portal.hubId}`;
  }

  async install(): Promise<void> {
    const response = await this.installBy();
    if (response.status !== 200) throw new Error(`the install was answered ${response.status}`);
  }

  async installBy(scopesGranted?: readonly string[]): Promise<Response> {
    const begun = await this.house.app.request(`${PUBLIC_URL}/hubspot/install`);
    const cookie = begun.headers.get("set-cookie")!.split(";")[0]!;
    const back = this.portal.approve(begun.headers.get("location")!, scopesGranted ? { scopesGranted } : {});
    return this.house.app.request(back, { headers: { cookie } });
  }

  uninstall(): void {
    this.portal.uninstall();
  }

  revoke(): void {
    this.portal.uninstall();
  }

  owner(name: string): string {
    return this.portal.addOwner({ firstName: name, lastName: "Testova", email: `${name.toLowerCase()}@team.example` })
      .id;
  }

  deactivate(ownerId: string): void {
    this.portal.archiveOwner(ownerId);
  }

  company({ name, ownerId }: { name?: string; ownerId?: string } = {}): string {
    this.#made += 1;
    const values: Record<string, string> = { name: name ?? `Firma ${this.#made} GmbH` };
    if (ownerId) values.hubspot_owner_id = ownerId;
    return this.portal.create("companies", values).id;
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
    const values = {
      firstname: firstName ?? "Oksana",
      lastname: lastName ?? `Petrenko-${this.#made}`,
      email: `oksana.${this.#made}@customer.example`,
      phone: `+38044555${1000 + this.#made}`,
    };
    return this.portal.create("contacts", values, companyId ? [{ objectType: "companies", id: companyId }] : []).id;
  }

  deal({ name, companyId, contactIds = [], ownerId, amount, outcome = "open" }: NewDeal): string {
    this.#made += 1;
    const values: Record<string, string> = {
      dealname: name ?? `Vertrag Nr. ${this.#made}`,
      pipeline: "default",
      dealstage: STAGES[outcome],
    };
    if (ownerId) values.hubspot_owner_id = ownerId;
    if (amount !== undefined) values.amount = String(amount);
    const links = [
      ...(companyId ? [{ objectType: "companies", id: companyId }] : []),
      ...contactIds.map((id) => ({ objectType: "contacts", id })),
    ];
    return this.portal.create("deals", values, links).id;
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
    this.portal.update("deals", dealId, { dealstage: STAGES[outcome] });
  }

  letter(companyId: string, direction: "in" | "out", text: string): string {
    const values = {
      hs_timestamp: new Date(this.house.clock.now()).toISOString(),
      hs_email_direction: direction === "in" ? "INCOMING_EMAIL" : "EMAIL",
      hs_email_subject: "About our contract",
      hs_email_text: text,
    };
    return this.portal.create("emails", values, [{ objectType: "companies", id: companyId }]).id;
  }

  linkDeal(dealId: string, companyId: string): void {
    for (const { id } of this.portal.associationsOf("deals", dealId, "companies"))
      this.portal.dissociate("deals", dealId, "companies", id);
    this.portal.associate("deals", dealId, "companies", companyId);
  }

  linkContact(dealId: string, contactId: string): void {
    this.portal.associate("deals", dealId, "contacts", contactId);
  }

  assign({ kind, id }: RecordRef, ownerId: string): void {
    this.portal.update(PLURAL[kind]!, id, { hubspot_owner_id: ownerId });
  }

  remove({ kind, id }: RecordRef): void {
    this.portal.remove(PLURAL[kind]!, id);
  }

  restore({ kind, id }: RecordRef): boolean {
    this.portal.restore(PLURAL[kind]!, id);
    return true;
  }

  mergeCompanies(primaryId: string, otherId: string): string {
    return this.portal.merge("companies", primaryId, otherId).id;
  }

  privacyDelete(contactId: string): boolean {
    this.portal.privacyDelete(contactId);
    return true;
  }

  importWon(count: number, ownerId: string, at: number): readonly { deal: string; company: string }[] {
    const companies = this.portal.importRecords(
      "companies",
      Array.from({ length: count }, (_, n) => ({
        properties: { name: `Import ${this.#made + n} AG`, hubspot_owner_id: ownerId },
        at,
      })),
    );
    const deals = this.portal.importRecords(
      "deals",
      companies.map((id, n) => ({
        properties: {
          dealname: `Altvertrag ${this.#made + n}`,
          pipeline: "default",
          dealstage: "closedwon",
          hubspot_owner_id: ownerId,
        },
        associations: [{ objectType: "companies", id }],
        at,
      })),
    );
    this.#made += count;
    return deals.map((deal, n) => ({ deal, company: companies[n]! }));
  }

  importOrders(companyId: string, ownerId: string, at: readonly number[]): void {
    const properties = {
      dealname: "Bestellung",
      pipeline: "default",
      dealstage: "closedwon",
      hubspot_owner_id: ownerId,
    };
    const associations = [{ objectType: "companies", id: companyId }];
    this.portal.importRecords(
      "deals",
      at.map((one) => ({ properties, associations, at: one })),
    );
  }

  rename({ kind, id }: RecordRef, name: string): void {
    const property = kind === "deal" ? "dealname" : kind === "contact" ? "firstname" : "name";
    this.portal.update(PLURAL[kind]!, id, { [property]: name });
  }

  tasks(): readonly TaskSeen[] {
    return this.portal.list("tasks").map((task) => this.#seen(task));
  }

  taskCount(): number {
    return this.portal.ids("tasks").length;
  }

  tasksOf(dealId: string): readonly TaskSeen[] {
    if (!this.portal.get("deals", dealId)) return [];
    const linked = this.portal.associationsOf("deals", dealId, "tasks");
    return linked.flatMap(({ id }) => this.task(id) ?? []);
  }

  task(id: string): TaskSeen | null {
    const task = this.portal.get("tasks", id);
    return task && !task.archived ? this.#seen(task) : null;
  }

  #seen(task: PlainRecord): TaskSeen {
    const { properties } = task;
    const links = (["deal", "company", "contact"] as const).flatMap((kind) =>
      this.portal.associationsOf("tasks", task.id, PLURAL[kind]!).map(({ id }) => `${kind}:${id}`),
    );
    return {
      id: task.id,
      subject: properties.hs_task_subject ?? "",
      body: properties.hs_task_body ?? "",
      dueAt: properties.hs_timestamp ? Date.parse(properties.hs_timestamp) : null,
      ownerId: properties.hubspot_owner_id ?? null,
      done: properties.hs_task_status === "COMPLETED",
      links: links.sort(),
    };
  }

  editTask(id: string, { subject, dueAt, ownerId, done }: TaskEdit): void {
    const values: Record<string, string> = {};
    if (subject !== undefined) values.hs_task_subject = subject;
    if (dueAt !== undefined) values.hs_timestamp = String(dueAt);
    if (ownerId !== undefined) values.hubspot_owner_id = ownerId;
    if (done !== undefined) values.hs_task_status = done ? "COMPLETED" : "NOT_STARTED";
    this.portal.update("tasks", id, values);
  }

  deleteTask(id: string): void {
    this.portal.remove("tasks", id);
  }

  fields({ kind, id }: RecordRef): Readonly<Record<string, string>> {
    const { properties } = this.portal.get(PLURAL[kind]!, id)!;
    const ours = Object.entries(properties).filter(([name, value]) => name.startsWith(PREFIX) && value !== "");
    return Object.fromEntries(ours.map(([name, value]) => [name.slice(PREFIX.length), value]));
  }

  setField({ kind, id }: RecordRef, field: string, value: string): void {
    this.portal.update(PLURAL[kind]!, id, { [PREFIX + field]: value });
  }

  calls(): number {
    return this.house.hubspot.calls.total;
  }

  writes(): number {
    return this.house.hubspot.calls.writes;
  }

  limited(): number {
    return this.house.hubspot.calls.limited;
  }

  violations(): readonly string[] {
    return this.house.hubspot.violations.map(({ method, path, rule }) => `${method} ${path}: ${rule}`);
  }

  strings(): readonly string[] {
    return this.portal.strings();
  }
}

const STAGES = { open: "appointmentscheduled", won: "closedwon", lost: "closedlost" } as const;

/** The people of one portal: they sell, hand over, merge, forget, and work on the tasks that they find. They know nothing of the connector. */
import type { RecordKind } from "../../src/core/model.ts";
import type { Mirror } from "../../src/store/mirror.ts";
import { DAY } from "../../test/support/times.ts";
import type { Crms, World } from "../../test/support/world.ts";
import type { Chance } from "./chance.ts";
import { keyedTasks, logContact, mergeDeals, notices, recordIsThere } from "./eye.ts";

interface Deal {
  id: string;
  outcome: "open" | "won" | "lost";
}

export interface Customer {
  company: string;
  contacts: string[];
  deals: Deal[];
}

/** What a person last wrote into a task of ours. */
export interface Edit {
  /** epoch ms */
  at?: number;
  dueAt?: number;
  ownerId?: string;
  done?: boolean;
}

/** An act on a customer; false when there was nothing to do it with. */
type Act = (customer: Customer) => boolean;

const FIRST_OWNERS = ["Aigul", "Bogdan", "Carmen"];
const LATER_OWNERS = ["Dumitru", "Elena", "Farida", "Grigore", "Halyna", "Ion", "Jamila"];

export class People {
  readonly world: World<Crms>;
  readonly customers: Customer[] = [];
  /** keys of tasks that a person deleted, by hand, and when */
  readonly deleted = new Map<string, number>();
  readonly edits = new Map<string, Edit>();
  /** keys of tasks that an older copy took for there when they were not */
  readonly lost = new Set<string>();
  /** keys of tasks that a younger copy made and an older one knows nothing of: it leaves them to people, unless it comes to wish them */
  readonly stray = new Set<string>();
  /** keys of tasks deleted by hand after the copy that runs now was made, which still held them for there */
  readonly #unseen = new Set<string>();
  /** the last notice that people had got when an older copy took over, for each such copy */
  readonly noticesLost: number[] = [];
  /** companies that became one with another, for whoever remembers something of them */
  readonly merged: string[] = [];
  /** keys of what was held back for a digest, as seen so far */
  readonly told = new Set<string>();
  /** won before the connector came, and not asked to be served */
  readonly old: Customer[] = [];
  /** came as a flood, and waits for an administrator */
  readonly flooded: Customer[] = [];
  isFloodMistake = false;
  /** clients of it that had tasks when the hold was last looked at */
  floodBegun: ReadonlySet<string> | null = null;
  readonly owners: string[];
  readonly #chance: Chance;
  readonly #target: number;
  #made = 0;
  #acts: readonly (readonly [number, Act])[];

  /** @param target how many customers there will be */
  constructor(world: World<Crms>, chance: Chance, target: number) {
    this.world = world;
    this.#chance = chance;
    this.#target = target;
    this.owners = FIRST_OWNERS.map((name) => world.owner(name));
    this.#acts = this.#deeds();
  }

  #now(): number {
    return this.world.house.clock.now();
  }

  #owner(): string {
    return this.#chance.of(this.owners)!;
  }

  /** Some hours of a day: new customers while there are few, and a few acts on those there are. */
  work(): void {
    const missing = this.#target - this.customers.length;
    for (let n = 0; n < Math.min(missing, Math.ceil(this.#target / 5)); n++)
      if (this.#chance.is(0.5)) this.#newCustomer();
    for (const customer of [...this.customers]) {
      if (!this.#chance.is(0.12) || !this.customers.includes(customer)) continue;
      if (!recordIsThere(this.world, "company", customer.company)) continue;
      this.#chance.weighted(this.#acts)(customer);
    }
  }

  /** Somebody leaves the company, and somebody else comes. */
  changeStaff(): void {
    if (this.owners.length < 2) return;
    const at = this.#chance.whole(0, this.owners.length - 1);
    this.#made += 1;
    const name = LATER_OWNERS[this.#made % LATER_OWNERS.length]!;
    this.owners.push(this.world.owner(`${name}${this.#made}`));
    const [gone] = this.owners.splice(at, 1);
    this.world.deactivate(gone!);
  }

  /** Customers won before the connector came. */
  hadBefore(count: number, wonAt: number): void {
    this.old.push(...this.#import(count, wonAt));
  }

  /** A block of customers comes in from elsewhere, won; no event tells of it. */
  importNow(count: number): void {
    this.customers.push(...this.#import(count, this.#now()));
  }

  /** Somebody moves a heap of deals to won, by an import or by mistake. Nobody works on them before an administrator has looked. */
  flood(count: number, isMistake: boolean): void {
    this.flooded.push(...this.#import(count, this.#now()));
    this.isFloodMistake = isMistake;
  }

  /** An administrator looked: a mistake is undone in the CRM, else they are customers like everybody else. */
  settleFlood(): void {
    const flooded = this.flooded.splice(0);
    this.floodBegun = null;
    if (!this.isFloodMistake) this.customers.push(...flooded);
    else for (const { deals } of flooded) for (const { id } of deals) this.world.remove({ kind: "deal", id });
  }

  #import(count: number, wonAt: number): readonly Customer[] {
    const made = this.world.importWon(count, this.#owner(), wonAt);
    return made.map(({ deal, company }) => ({ company, contacts: [], deals: [{ id: deal, outcome: "won" as const }] }));
  }

  /** Customers won long ago are served from now on like everybody else. */
  takeOver(): void {
    this.customers.push(...this.old.splice(0));
  }

  /**
   * What an older copy cannot know is not asked of it: a task made and deleted since may be made again, whom a person gave a task to since cannot
   * be told from a later write of our own, and what the connector itself took away since looks as if a person had.
   */
  forgetWhatIsLost(copiedAt: number, mirror: Pick<Mirror, "byKeys" | "page">): void {
    this.noticesLost.push(notices(this.world).at(-1)?.id ?? 0);
    const tasks = keyedTasks(this.world);
    const there = new Set(tasks.map(({ id }) => id));
    const keys = tasks.map(({ key }) => key);
    const held = new Set(mirror.byKeys(keys).map(({ key }) => key));
    for (const key of keys) if (!held.has(key)) this.stray.add(key);
    for (const { kind, key, externalId } of mirror.page("", 1_000_000))
      if (kind === "task" && externalId !== null && !there.has(externalId)) this.lost.add(key);
    for (const [id, { ownerId: _given, ...rest }] of this.edits) if (rest.at! > copiedAt) this.edits.set(id, rest);
    const later = [...this.deleted].filter(([, at]) => at > copiedAt).map(([key]) => key);
    const known = new Set(mirror.byKeys(later).flatMap(({ key, externalId }) => (externalId === null ? [] : [key])));
    for (const key of later)
      if (known.has(key)) this.#unseen.add(key);
      else this.deleted.delete(key);
  }

  /**
   * A task that the older copy wishes no more when it comes to look is one that the younger copy may have taken back as well as one that a
   * person deleted; nothing in the CRM tells which. It is forgotten, and made again should its deal be won again.
   */
  forgetWhatCannotBeTold(mirror: Pick<Mirror, "byKeys">): void {
    // What is there again is missed like everything else from now on.
    for (const { key } of keyedTasks(this.world)) this.lost.delete(key);
    const rows = new Set(mirror.byKeys([...this.#unseen]).map(({ key }) => key));
    for (const key of this.#unseen) {
      if (rows.has(key)) continue;
      this.#unseen.delete(key);
      this.deleted.delete(key);
    }
  }

  #newCustomer(): void {
    const { world } = this;
    const number = ++this.#made;
    const ownerId = this.#owner();
    const company = world.company({ ownerId, name: `Kundin ${number} Sarl` });
    const contact = world.contact({ companyId: company, firstName: "Irina", lastName: `Lupu-${number}` });
    const deal = world.deal({
      companyId: company,
      contactIds: [contact],
      ownerId,
      name: `Auftrag ${number} Lupu`,
      amount: this.#chance.whole(1, 90) * 100,
    });
    this.customers.push({ company, contacts: [contact], deals: [{ id: deal, outcome: "open" }] });
  }

  #deeds(): readonly (readonly [number, Act])[] {
    const { world } = this;
    const move = (from: readonly Deal["outcome"][], to: Deal["outcome"], doIt: (id: string) => void): Act => {
      return ({ deals }) => {
        const deal = this.#chance.of(deals.filter(({ outcome }) => from.includes(outcome)));
        if (!deal) return false;
        doIt(deal.id);
        deal.outcome = to;
        return true;
      };
    };
    return [
      [14, move(["open", "lost"], "won", (id) => world.win(id))],
      [2, move(["open", "won"], "lost", (id) => world.lose(id))],
      [2, move(["won", "lost"], "open", (id) => world.reopen(id))],
      [3, (customer) => this.#newDeal(customer)],
      [3, (customer) => this.#handOver(customer)],
      [2, (customer) => this.#rename(customer)],
      [20, (customer) => this.#workOnTask(customer)],
      [1, (customer) => this.#finish(customer)],
      [4, (customer) => this.#meet(customer)],
      [2, (customer) => this.#overwrite(customer)],
      [1, (customer) => this.#mergeCompanies(customer)],
      [1, (customer) => this.#mergeDeals(customer)],
      [1, (customer) => this.#forget(customer)],
      [0.5, (customer) => this.#remove(customer)],
    ];
  }

  #newDeal(customer: Customer): boolean {
    if (customer.deals.length > 3) return false;
    const outcome = this.#chance.is(0.5) ? "open" : "won";
    const ownerId = this.#owner();
    const name = `Folgeauftrag ${++this.#made} Lupu`;
    const id = this.world.deal({ companyId: customer.company, ownerId, name, outcome });
    customer.deals.push({ id, outcome });
    return true;
  }

  #handOver({ company, deals }: Customer): boolean {
    const ownerId = this.#owner();
    const deal = this.#chance.of(deals);
    if (deal) this.world.assign({ kind: "deal", id: deal.id }, ownerId);
    if (!deal || this.#chance.is(0.5)) this.world.assign({ kind: "company", id: company }, ownerId);
    return true;
  }

  #rename({ company, deals }: Customer): boolean {
    const number = ++this.#made;
    const deal = this.#chance.of(deals);
    if (deal && this.#chance.is(0.5)) this.world.rename({ kind: "deal", id: deal.id }, `Umbenannt ${number} Lupu`);
    else this.world.rename({ kind: "company", id: company }, `Kundin ${number} International Sarl`);
    return true;
  }

  #workOnTask({ deals }: Customer): boolean {
    const { world } = this;
    const open = deals.flatMap(({ id }) => world.tasksOf(id)).filter(({ done }) => !done);
    const task = this.#chance.of(open);
    if (!task) return false;
    const edit = this.#chance.weighted<Edit | "delete" | "text">([
      [10, { done: true }],
      [3, { dueAt: this.#workTime() }],
      [3, { ownerId: this.#owner() }],
      [2, "delete"],
      [1, "text"],
    ]);
    if (edit === "delete") {
      const key = keyedTasks(world).find(({ id }) => id === task.id)?.key;
      if (key !== undefined) this.deleted.set(key, this.#now());
      this.edits.delete(task.id);
      world.deleteTask(task.id);
    } else if (edit === "text") world.editTask(task.id, { subject: `Irina anrufen ${++this.#made}` });
    else this.edit(task.id, edit);
    return true;
  }

  /** Somebody ends an onboarding: whatever is still to do for the customer is done at once. */
  #finish({ deals }: Customer): boolean {
    const { world } = this;
    const open = deals.flatMap(({ id }) => world.tasksOf(id)).filter(({ done }) => !done);
    for (const { id } of open) if (!world.task(id)!.done) this.edit(id, { done: true });
    return open.length > 0;
  }

  /** Somebody writes into a task. Giving it to whom it belongs anyway, or dating it as it is, changes nothing: nobody could see it. */
  edit(id: string, edit: Edit): void {
    const { dueAt, ownerId } = this.world.task(id)!;
    this.world.editTask(id, edit);
    const isNews = edit.done || (edit.dueAt ?? dueAt) !== dueAt || (edit.ownerId ?? ownerId) !== ownerId;
    if (isNews) this.edits.set(id, { ...this.edits.get(id), ...edit, at: this.#now() });
  }

  /** A time on a working day within the next weeks. */
  #workTime(): number {
    const day = Math.floor(this.#now() / DAY) + this.#chance.whole(2, 25);
    const weekday = (day + 4) % 7;
    const shift = weekday === 6 ? 2 : weekday === 0 ? 1 : 0;
    return (day + shift) * DAY + this.#chance.whole(8, 14) * 3_600_000;
  }

  #meet({ company }: Customer): boolean {
    logContact(this.world, this.#chance.is(0.5) ? "meeting" : "mail", company, this.#now());
    return true;
  }

  /** Somebody writes into a field that is ours. */
  #overwrite({ company }: Customer): boolean {
    const ref = { kind: "company", id: company } as const;
    if (this.world.fields(ref).next_step === undefined) return false;
    this.world.setField(ref, "next_step", `nachfragen ${++this.#made}`);
    return true;
  }

  #mergeCompanies(customer: Customer): boolean {
    const other = this.#chance.of(this.customers.filter((one) => one !== customer));
    if (!other || !recordIsThere(this.world, "company", other.company)) return false;
    const survivor = this.world.mergeCompanies(customer.company, other.company);
    if (survivor === null) return false;
    this.merged.push(customer.company, other.company, survivor);
    customer.company = survivor;
    customer.deals.push(...other.deals);
    customer.contacts.push(...other.contacts);
    this.customers.splice(this.customers.indexOf(other), 1);
    return true;
  }

  #mergeDeals(customer: Customer): boolean {
    const [first, second] = customer.deals;
    if (!first || !second) return false;
    const survivor = mergeDeals(this.world, first.id, second.id);
    if (survivor === null) return false;
    customer.deals.splice(0, 2, { id: survivor, outcome: first.outcome });
    return true;
  }

  #forget(customer: Customer): boolean {
    const contact = customer.contacts[0];
    if (contact === undefined || !this.world.privacyDelete(contact)) return false;
    customer.contacts.shift();
    return true;
  }

  /** A record goes into the recycle bin; where there is one that can be opened, one in two comes back. */
  #remove(customer: Customer): boolean {
    const deal = customer.deals.at(-1);
    const ref: { kind: RecordKind; id: string } =
      deal && this.#chance.is(0.7) ? { kind: "deal", id: deal.id } : { kind: "company", id: customer.company };
    this.world.remove(ref);
    if (this.#chance.is(0.5) && this.world.restore(ref)) return true;
    if (ref.kind === "deal") customer.deals.pop();
    else this.customers.splice(this.customers.indexOf(customer), 1);
    return true;
  }
}

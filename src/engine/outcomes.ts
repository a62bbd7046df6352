/** What became of the items of one call: gathered item by item, stored with one statement per table. */
import { type RecordKind, type RecordRef, refKey } from "../core/model.ts";
import type { Outcome } from "../crm/port.ts";
import type { Thing, Values } from "../store/mirror.ts";
import type { Fresh } from "../store/records.ts";
import { mayHaveForgotten } from "./careful.ts";
import type { Engine } from "./engine.ts";
import { lookAgain } from "./look-again.ts";
import { acknowledged, amissKey, delayed, isMended, lost, missed, refused } from "./mirror-row.ts";
import type { Resolved } from "./resolve.ts";
import { unsure } from "./settle.ts";
import { holds, same } from "./three-way.ts";
import { hashTexts } from "./values.ts";

export interface Refusal {
  code: string;
  advice: string;
  about: readonly string[];
}

export class Outcomes {
  readonly #engine: Engine;
  readonly #rows: Thing[] = [];
  readonly #forgotten: string[] = [];
  readonly #tasks: Fresh[] = [];
  readonly #stale: RecordRef[] = [];
  readonly #mended: string[] = [];
  readonly #due = new Set<string>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  take({ thing, values }: Resolved, outcome: Outcome): void {
    const now = this.#engine.now();
    if (outcome.done) this.#done(thing, values, outcome);
    else if (outcome.failure === "unknown") {
      this.#keep(thing, lost(thing, now));
      if (thing.kind === "notice") unsure(this.#engine.store, thing, now);
    } else if (outcome.failure === "refused") this.#no(thing, outcome);
    else this.#keep(thing, delayed(thing, outcome.retryAt, now));
  }

  /** The CRM, or we ourselves, said no to one item. */
  refuse(thing: Thing, why: Refusal): void {
    if (why.code === "FIELD_MISSING") lookAgain(this.#engine.store, "schema");
    const after = refused(thing);
    this.#keep(thing, after);
    if (after?.state !== "refused") return;
    const params = {
      code: why.code,
      advice: why.advice,
      about: why.about.join(", "),
      client: thing.client,
      kind: thing.kind,
      record: thing.target ? refKey(thing.target) : null,
    };
    this.#engine.store.findings.raise(amissKey(thing), "write-refused", params, this.#engine.now());
    this.#due.add(thing.client);
  }

  /** Call it inside the transaction that began with what was taken. */
  store(): void {
    const { mirror, records, findings, clients } = this.#engine.store;
    const now = this.#engine.now();
    mirror.put(this.#rows);
    mirror.remove(this.#forgotten);
    records.put("task", this.#tasks);
    records.mark(this.#stale, now);
    findings.closeAll(this.#mended, now);
    clients.bringForward([...this.#due], now);
  }

  #keep(before: Thing, after: Thing | null): void {
    if (after) this.#rows.push(after);
    else this.#forgotten.push(before.key);
    if (isMended(before, after)) this.#mended.push(amissKey(before));
  }

  /**
   * A create that names a record which is gone is refused like any other, and its records are looked at: its links may be out of date. So is a
   * task that could not be changed, with its records: it may be the task itself that is not there.
   */
  #no(thing: Thing, outcome: Extract<Outcome, { failure: "refused" }>): void {
    const isCreate = thing.externalId === null && thing.kind !== "fields";
    const { code, advice, about = [] } = outcome;
    if (!outcome.gone || isCreate) this.refuse(thing, { code, advice, about });
    else if (thing.kind === "task" && mayHaveForgotten(this.#engine))
      // The look that settles it also looks under its key.
      this.#keep(thing, lost(thing, this.#engine.now()));
    else this.#keep(thing, missed(thing));
    const doubtful = isCreate ? outcome.gone : thing.kind === "task";
    if (doubtful) this.#stale.push(...linksIn(thing), ...(isCreate ? [] : [refOf(thing)]));
    this.#due.add(thing.client);
  }

  #done(thing: Thing, values: Values, outcome: Outcome & { done: true }): void {
    const { records } = this.#engine.store;
    const now = this.#engine.now();
    const answer: Record<string, Values[string]> = {
      ...(thing.kind === "fields" ? hashTexts(this.#engine, outcome.echo) : outcome.echo),
    };
    for (const [name, text] of Object.entries(outcome.texts ?? {})) answer[name] = this.#engine.hash(text);
    const { echo, others } = parted(thing, values, answer);
    if (isOtherwise(thing, others)) this.#stale.push(refOf(thing));
    const after = acknowledged(thing, { id: outcome.id, values, echo }, now);
    this.#keep(thing, after);
    if (!after || after.externalId === null || !outcome.modifiedAt) return;
    if (thing.kind === "fields" && thing.target) records.wrote(thing.target.kind, thing.target.id, outcome.modifiedAt);
    if (thing.kind === "task") this.#tasks.push(taskRecord(after, outcome.modifiedAt, now));
  }
}

/**
 * Of an update's answer only what it wrote is ours: what else it shows may be a person's edit that was not read yet, and must not pass
 * for ours. What a create shows is all of our making.
 */
function parted(thing: Thing, values: Values, answer: Values): { echo: Values; others: Values } {
  const isCreate = thing.kind !== "fields" && thing.externalId === null;
  const isOurs = (name: string) => isCreate || name in values || (name === "completedAt" && "status" in values);
  const entries = Object.entries(answer);
  return {
    echo: Object.fromEntries(entries.filter(([name]) => isOurs(name))),
    others: Object.fromEntries(entries.filter(([name]) => !isOurs(name))),
  };
}

function isOtherwise(thing: Thing, others: Values): boolean {
  const held = holds(thing) ?? {};
  return Object.keys(others).some((name) => name in held && !same(others[name], held[name]));
}

/** The record that a thing is, or stands on. */
function refOf(thing: Thing): RecordRef {
  return thing.kind === "fields" ? thing.target! : { kind: thing.kind as RecordKind, id: thing.externalId! };
}

/** What our own task is known by without reading it back. */
function taskRecord(thing: Thing, modifiedAt: number, now: number): Fresh {
  const { status = "open", dueAt = null, ownerId = null, completedAt = null } = thing.ours ?? {};
  const facts = { status, dueAt, ownerId, completedAt };
  return { kind: "task", id: thing.externalId!, client: thing.client, facts, links: [], readAt: now, modifiedAt };
}

function linksIn(thing: Thing): readonly RecordRef[] {
  const wish = JSON.parse(thing.desired ?? "{}") as { links?: readonly RecordRef[] };
  return wish.links ?? (thing.target ? [thing.target] : []);
}
